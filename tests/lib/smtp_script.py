"""An SMTP server that does as it is told, and keeps the bytes it was sent.

answers: what to say to a verb ("banner", "EHLO", "MAIL", "RCPT", "DATA", "." after the data, "credentials"
after AUTH, "QUIT"): text, or a
function of the command line that gives text; DROP closes the connection, HANG says nothing until release().
"""
import socket
import ssl
import threading

DROP, HANG = object(), object()


class ScriptedSmtp:
    def __init__(self, answers=None, tls=None, tls_at_once=False):
        """tls: an ssl context for STARTTLS, or for the whole connection."""
        self.answers = dict({"banner": "220 test", "EHLO": "250-test\r\n250 8BITMIME", "MAIL": "250 ok", "RCPT": "250 ok",
                             "DATA": "354 go on", ".": "250 kept", "QUIT": "221 bye", "STARTTLS": "220 go",
                             "AUTH": "334 ", "credentials": "235 welcome", "RSET": "250 ok"}, **(answers or {}))
        self.tls, self.tls_at_once = tls, tls_at_once
        self.mails, self.commands, self.connections = [], [], 0
        self.lock, self.released = threading.Lock(), threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.open, self.threads = set(), []
        self.thread = threading.Thread(target=self.accept)
        self.thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open.add(connection)
            thread = threading.Thread(target=self.serve, args=[connection])
            self.threads.append(thread)
            thread.start()

    def serve(self, connection):
        try:
            if self.tls_at_once:
                connection = self.wrap(connection)
            self.talk(connection, connection.makefile("rb"))
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(connection)
            connection.close()

    def wrap(self, connection):
        with self.lock:
            self.open.discard(connection)
        wrapped = self.tls.wrap_socket(connection, server_side=True)
        with self.lock:
            self.open.add(wrapped)
        return wrapped

    def say(self, connection, verb, line=""):
        """False: the connection ends."""
        answer = self.answers.get(verb, "500 what?")
        if callable(answer):
            answer = answer(line)
        if answer is HANG:
            self.released.wait()
            return False
        if answer is DROP:
            return False
        if isinstance(answer, tuple):  # (event, text): says it when the event is set
            answer[0].wait(60)
            answer = answer[1]
        connection.sendall(answer.encode() + b"\r\n")
        return answer

    def talk(self, connection, source):
        if not self.say(connection, "banner"):
            return
        while True:
            line = source.readline()
            if not line:
                return
            text = line.decode("utf-8", "replace").strip()
            verb = text.split(" ")[0].upper()
            with self.lock:
                self.commands.append(text)
            answer = self.say(connection, verb, text)
            if not answer or verb == "QUIT":
                return
            if verb == "AUTH" and answer.startswith("334"):
                self.credentials = source.readline().strip()
                if not self.say(connection, "credentials"):
                    return
            if verb == "STARTTLS" and answer.startswith("220"):
                connection = self.wrap(connection)
                source = connection.makefile("rb")
            if verb == "DATA" and answer.startswith("354"):
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    line = source.readline()
                    if not line:
                        return
                    data += line
                with self.lock:
                    self.mails.append(data[:-3])
                if not self.say(connection, ".", text):
                    return

    def release(self):
        self.released.set()

    def close(self):
        self.release()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        for thread in [self.thread, *self.threads]:
            thread.join()


def certificate(folder, name="localhost", openssl="openssl"):
    """(context, path of the authority): a certificate for `name` and 127.0.0.1, signed by itself."""
    import os
    import subprocess
    key, path = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", path, "-days", "2",
                    "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:%s,IP:127.0.0.1" % name],
                   check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    return context, path
