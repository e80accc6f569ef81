#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A real mail server on a free port of the loopback interface; prints every mail that it takes as a line of JSON.

usage: mail-server.py starttls|tls CERTIFICATE KEY    sign-in: name "classcast", password "mail secret"
An address that begins with "refused" is refused for good, one that begins with "later" for now.
"""
import asyncio
import json
import ssl
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            return "451 4.3.2 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        said = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            "authenticated": session.authenticated,
            "headers": {name: str(value) for name, value in mail.items()},
            "text": mail.get_content(),
        }
        print("mail", json.dumps(said), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, login):
    return AuthResult(handled=False, success=(login.login, login.password) == (b"classcast", b"mail secret"))


async def serve(mode, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    implicit = mode == "tls"

    def connection():
        return SMTP(
            Mailbox(),
            tls_context=None if implicit else context,
            require_starttls=not implicit,
            auth_required=True,
            auth_require_tls=not implicit,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", 0, ssl=context if implicit else None
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve(*sys.argv[1:]))
