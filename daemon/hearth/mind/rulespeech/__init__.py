"""A person's sentence in, the draft of a rule out: "when the door opens, turn on the light".

``speech`` finds the parts of the sentence, ``clauses`` reads when and if, ``deeds`` what to do,
``subjects`` which things are meant and ``moments`` times. The words of a language are data: the key
``rules`` of its sentence files. Pure; nothing here moves or keeps anything.
"""
