"""The account and its faults: password and certificates in, errors that say what to do out."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path

from paho.mqtt.reasoncodes import ReasonCode

from hearth.error import BrokerError
from hearth.sections.engines import MqttConfig

CONNECT_TIMEOUT_S = 5.0


class VersionRefusedError(BrokerError):
    """The broker did not speak MQTT 5; the older version is worth a try."""


class _TlsSocket(ssl.SSLSocket):
    """A TLS socket that is closed when its handshake fails; paho would leave it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def read_password(config: MqttConfig) -> str | None:
    """Return the password of ``password_file``, or of systemd's credential ``mqtt-password``.

    Raises BrokerError when the file cannot be read.
    """
    path = Path(config.password_file) if config.password_file else None
    if path is None and (folder := os.environ.get("CREDENTIALS_DIRECTORY")):
        path = Path(folder) / "mqtt-password"
        if not path.exists():
            return None
    if path is None:
        return None
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerError(
            f"The broker's password cannot be read from {path}.",
            "Check [mqtt] password_file, and that Hearth's user may read it.",
        ) from error


def tls_context(config: MqttConfig) -> ssl.SSLContext:
    """Return the TLS settings of [mqtt]. Raises BrokerError."""
    try:
        context = ssl.create_default_context(cafile=config.ca_file or None)
        context.sslsocket_class = _TlsSocket
        if config.cert_file:
            context.load_cert_chain(config.cert_file, config.key_file or None)
    except (OSError, ssl.SSLError) as error:
        raise BrokerError(
            f"A certificate of [mqtt] cannot be loaded ({error}).",
            "Check ca_file, cert_file and key_file: PEM files that Hearth's user may read.",
        ) from error
    return context


def explain(error: Exception, where: str) -> BrokerError:
    """Return an error from the network as one that says what to do."""
    if isinstance(error, BrokerError):
        return error
    match error:
        case ssl.SSLCertVerificationError():
            what = (
                f"The broker at {where} showed a certificate that is not trusted"
                f" ({error.verify_message})."
            )
            remedy = "Set [mqtt] ca_file to the authority that signed it, and host to a name in it."
        case ssl.SSLError() | ConnectionResetError():
            what = f"The broker at {where} refused the TLS connection ({error.args[-1]})."
            remedy = "Check [mqtt] tls and port: usually TLS is on 8883 and plain MQTT on 1883."
        case socket.gaierror():
            what = f"The host of the broker {where} is unknown."
            remedy = "Check [mqtt] host and the network."
        case ConnectionRefusedError():
            what = f"Nothing listens at {where}."
            remedy = "Start the broker, or check [mqtt] host and port."
        case TimeoutError():
            what = f"The broker at {where} cannot be reached in {CONNECT_TIMEOUT_S:g} s."
            remedy = "Check the network and the firewall."
        case _:
            what = f"The broker at {where} cannot be reached ({error})."
            remedy = "Check [mqtt]."
    return BrokerError(what, remedy)


def refusal(reason: ReasonCode, where: str, config: MqttConfig) -> BrokerError:
    """Return the broker's refusal as an error that says what to do."""
    what = f"The broker at {where} refuses us: {reason}."
    match str(reason):
        case "Unsupported protocol version":
            return VersionRefusedError(what)
        case "Bad user name or password" | "Not authorized":
            who = f"user {config.username!r}" if config.username else "no user name"
            return BrokerError(
                what, f"We came with {who}: check [mqtt] username and password_file."
            )
        case "Client identifier not valid":
            return BrokerError(what, "Set another [mqtt] client_id.")
    return BrokerError(what, "See the broker's log.")
