-- Whether a kept message's handlers were through: what was only kept is handled when it comes again.
ALTER TABLE inbound ADD COLUMN handled INTEGER NOT NULL DEFAULT 1;
