#!/usr/bin/python3
"""Mails: what is sent, to whom, how a server's answers are understood, and that a slow server delays nobody."""
import base64
import email
import email.policy
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from smtp_script import DROP, HANG, ScriptedSmtp, certificate  # noqa: E402
from vedetta import FeedServer, MailSink, Service, closing_all, rss, run_tests, wait_for  # noqa: E402

FILTER = 'filter "ponte" { title = "Ponti & viadotti" when = "ponte" priority = high }\n'


def channel(port, extra="", to="anna@example.org", security="none"):
    return ('channel "mail" { type = email server = "127.0.0.1" port = %d security = %s\n'
            ' from = "Vedetta <vedetta@example.org>" to = { %s } retry_min = 1s retry_max = 1s %s }\n'
            % (port, security, ", ".join('"%s"' % address for address in to.split()), extra))


def outcome(server, extra="", security="none", to="anna@example.org", write=None):
    """What `channel test` says."""
    with closing_all(Service(channel(server.port, extra, to, security))) as (service,):
        for name, text, mode in write or ():
            service.write(name, text)
            os.chmod(service.path(name), mode)
        done = service.command("channel", "test", "mail")
        return done.returncode, done.stdout + done.stderr


def served(answers, extra="", **options):
    with closing_all(ScriptedSmtp(answers)) as (server,):
        return outcome(server, extra, **options) + (server,)


def item(n, title, text="Il ponte è lungo.", **more):
    return dict(guid="id-%d" % n, title=title, link="https://esempio.invalid/%d?a=1&b=2" % n, text=text, **more)


def engine(server, port, extra="", conf="", to="anna@example.org"):
    return Service("backlog = 365d\n" + channel(port, extra, to) + conf +
                   'route "all" { filters = { "*" } channels = { "mail"%s } }\n' % (', "log"' if '"log"' in conf else ""),
                   [server.url("/a")], {"ponte": FILTER})


def parse(content):
    return email.message_from_bytes(content, policy=email.policy.default)


# -- what an answer means

def a_mail_that_is_taken_is_sent():
    code, said, server = served({})
    assert code == 0 and "anna@example.org: sent: 250 kept" in said, said
    assert server.commands[-1] == "QUIT" and len(server.mails) == 1


def a_451_or_a_421_is_tried_again():
    for verb in ("RCPT", "MAIL", "."):
        code, said, _ = served({verb: "451 4.7.1 greylisted"})
        assert code == 1 and "not sent now" in said and "451 4.7.1 greylisted" in said, said
    code, said, _ = served({"banner": "421 too busy"})
    assert code == 1 and "not sent now" in said, said
    code, said, _ = served({"RCPT": "452 4.2.2 full"})
    assert "not sent now" in said and "452" in said, said


def a_server_that_closes_in_mid_session_is_asked_again():
    """The second mail of a connection meets 421; it comes by another connection, as it was."""
    seen = []

    def busy(line):
        seen.append(line)
        return "421 4.3.2 closing" if len(seen) == 2 else "250 ok"
    with closing_all(FeedServer(), ScriptedSmtp({"MAIL": busy})) as (server, smtp):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po"), item(2, "Varata la nave", "Dal ponte si vede Trieste.")]))
        with closing_all(engine(server, smtp.port, "max_parallel = 1")) as (service,):
            service.start()
            wait_for("both mails", lambda: len(smtp.mails) == 2)
            service.stop()
        assert len({parse(m)["Message-ID"] for m in smtp.mails}) == 2


def a_550_is_refused_and_a_554_for_the_content_too():
    code, said, _ = served({"RCPT": "550 5.1.1 no such user"})
    assert code == 1 and "refused" in said and "550 5.1.1 no such user" in said, said
    code, said, _ = served({".": "554 5.7.1 content rejected"})
    assert "refused" in said and "554" in said, said


def one_of_several_recipients_is_refused_alone():
    answer = lambda line: "550 5.1.1 no such user" if "berta" in line else "250 ok"
    with closing_all(ScriptedSmtp({"RCPT": answer})) as (server,):
        code, said = outcome(server, to="anna@example.org berta@example.org carla@example.org")
        assert code == 1 and said.count("sent: 250") == 2 and "berta@example.org: refused" in said, said
        assert len(server.mails) == 2


def a_server_that_is_not_there_is_tried_again():
    server = ScriptedSmtp()
    server.close()
    code, said = outcome(server)
    assert code == 1 and "not sent now" in said and "connect to server" in said, said


def a_name_that_does_not_exist_is_tried_again():
    with closing_all(Service(channel(25).replace("127.0.0.1", "mail.nowhere.invalid"))) as (service,):
        done = service.command("channel", "test", "mail")
        assert done.returncode == 1 and "not sent now" in done.stdout, done.stdout


def a_connection_lost_after_the_data_may_have_been_delivered():
    code, said, server = served({".": DROP})
    assert code == 1 and "perhaps sent" in said and len(server.mails) == 1, said


def a_connection_lost_before_the_data_is_tried_again():
    for verb in ("RCPT", "DATA", "EHLO", "banner"):
        code, said, server = served({verb: DROP, "HELO": DROP})
        assert "not sent now" in said and not server.mails, (verb, said)


def a_server_that_hangs_before_the_data_is_given_up_after_the_timeout():
    for verb in ("banner", "RCPT"):
        code, said, _ = served({verb: HANG}, "timeout = 1s")
        assert "not sent now" in said and "no answer in time" in said, (verb, said)


def a_late_answer_to_the_data_is_waited_for_longer_than_the_timeout():
    late = threading.Event()
    with closing_all(ScriptedSmtp({".": (late, "250 kept at last")})) as (server,):
        timer = threading.Thread(target=lambda: (wait_for("the mail", lambda: server.mails), late.wait(5), late.set()))
        timer.start()
        code, said = outcome(server, "timeout = 3s")
        timer.join()
        assert code == 0 and "kept at last" in said, said


def a_server_that_never_answers_quit_does_not_delay_the_answer():
    with closing_all(ScriptedSmtp({"QUIT": HANG})) as (server,):
        code, said = outcome(server)
        assert code == 0, said


def what_is_too_large_goes_as_a_short_version():
    seen = []

    def size(line):
        seen.append(line)
        return "552 5.3.4 too big" if len(seen) == 1 else "250 kept"
    with closing_all(ScriptedSmtp({".": size})) as (server,):
        code, said = outcome(server)
        assert code == 0 and len(server.mails) == 2, said
        long, short = map(parse, server.mails)
        assert long.is_multipart() and not short.is_multipart()
        assert long["Message-ID"] == short["Message-ID"] and len(server.mails[1]) < len(server.mails[0])


# -- protection of connection and password

def without_the_starttls_that_was_asked_for_nothing_is_sent():
    code, said, server = served({}, security="starttls")
    assert code == 1 and "not sent now" in said and not server.mails, said
    assert not any(c.startswith(("MAIL", "AUTH")) for c in server.commands), server.commands


def a_starttls_that_is_refused_is_no_reason_to_go_on_without():
    code, said, server = served({"EHLO": "250-test\r\n250 STARTTLS", "STARTTLS": "454 not now"}, security="starttls")
    assert code == 1 and not server.mails and not any(c.startswith("MAIL") for c in server.commands), said


def a_certificate_is_checked_and_its_authority_can_be_named():
    with closing_all(Service()) as (scratch,):
        context, authority = certificate(scratch.folder)
        for at_once, security in ((False, "starttls"), (True, "tls")):
            answers = {"EHLO": "250-test\r\n250 STARTTLS"}
            with closing_all(ScriptedSmtp(answers, context, at_once)) as (server,):
                code, said = outcome(server, security=security)
                assert code == 1 and "not sent now" in said and not server.mails, said
                code, said = outcome(server, 'ca_file = "%s"' % authority, security)
                assert code == 0 and len(server.mails) == 1, said


def a_password_goes_only_over_tls_and_nowhere_else():
    with closing_all(Service()) as (scratch,):
        context, authority = certificate(scratch.folder)
        extra = 'user = "anna" password_file = "secret" ca_file = "%s" ' % authority
        secret = [("secret", "gr0ssesGeheimnis\n", 0o600)]
        answers = {"EHLO": "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN"}
        with closing_all(ScriptedSmtp(answers, context)) as (server,):
            code, said = outcome(server, extra, "starttls", write=secret)
            assert code == 0 and any(c.startswith("AUTH PLAIN") for c in server.commands), (said, server.commands)
            assert "gr0ss" not in said
        with closing_all(ScriptedSmtp(dict(answers, credentials="535 5.7.8 wrong password"), context)) as (server,):
            code, said = outcome(server, extra, "starttls", write=secret)
            assert code == 1 and "not sent now" in said and not server.mails, said
            assert "gr0ss" not in said
        conf = channel(25, extra).replace("127.0.0.1", "mail.example.org")
        with closing_all(Service(conf)) as (service,):
            service.write("secret", "x\n")
            os.chmod(service.path("secret"), 0o600)
            done = service.command("channel", "test", "mail")
            assert done.returncode == 2 and "unprotected" in done.stderr, done.stderr


def a_secret_that_others_may_read_is_refused_with_its_mode():
    code, said, _ = served({}, 'user = "anna" password_file = "secret"', write=[("secret", "x\n", 0o644)])
    assert code == 2 and "secret" in said and "0644" in said, said


def a_server_outside_the_allowed_networks_is_not_talked_to():
    code, said, server = served({}, 'allow_networks = { "10.0.0.0/8" }')
    assert code == 1 and "allow_networks" in said and not server.connections, said


# -- what is sent

def a_mail_from_a_feed_reads_well_and_holds_what_it_must():
    with closing_all(FeedServer(), MailSink()) as (server, sink):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po", 'Il ponte <b>"vecchio"</b> & altro.')], "Gazzetta"))
        with closing_all(engine(server, sink.port)) as (service,):
            service.command("poll", check=0)
            (sender, recipients, _), (mail,) = sink.messages[0], sink.parsed()
        assert sender == "vedetta@example.org" and recipients == ["anna@example.org"]
        assert mail["Subject"] == "Ponti & viadotti: Crolla un ponte sul Po"
        assert str(mail["From"]) == "Vedetta <vedetta@example.org>" and mail["To"] == "anna@example.org"
        assert mail["Auto-Submitted"] == "auto-generated" and mail["Importance"] == "high"
        assert mail["List-Id"].startswith("Ponti & viadotti <ponte.vedetta."), mail["List-Id"]
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        plain = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        for text in ("Crolla un ponte sul Po", "https://esempio.invalid/1?a=1&b=2", "Gazzetta", "ponte"):
            assert text in plain, (text, plain)
        assert "<mark" in html and "https://esempio.invalid/1?a=1&amp;b=2" in html and "<b>" not in html, html


def each_person_reads_in_their_own_language():
    with closing_all(FeedServer(), MailSink()) as (server, sink):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")], "Gazzetta"))
        people = ('person "anna" { mail = "anna@example.org" language = "it" }\nperson "bert" { mail = "bert@example.org" language = "en" }\n')
        with closing_all(engine(server, sink.port, conf=people)) as (service,):
            text = service.read("vedetta.conf").replace('channels = { "mail" }', 'channels = { "mail" } people = { "anna", "bert" }')
            service.write("vedetta.conf", text)
            service.command("poll", check=0)
        mails = {mail["To"]: mail.get_body(("plain",)).get_content() for mail in sink.parsed()}
        assert set(mails) == {"anna@example.org", "bert@example.org"}, mails.keys()
        assert "Perché: " in mails["anna@example.org"] and "Why: " in mails["bert@example.org"], mails


def a_password_comes_from_the_service_manager_too():
    with closing_all(Service()) as (scratch,):
        context, authority = certificate(scratch.folder)
        answers = {"EHLO": "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN"}
        with closing_all(ScriptedSmtp(answers, context)) as (server,):
            conf = channel(server.port, 'user = "anna" password_file = "smtp" ca_file = "%s" ' % authority, security="starttls")
            with closing_all(Service(conf)) as (service,):
                os.mkdir(service.path("credentials"))
                service.write("credentials/smtp", "gr0ssesGeheimnis")
                os.chmod(service.path("credentials/smtp"), 0o440)
                env = dict(service.environment(), CREDENTIALS_DIRECTORY=service.path("credentials"))
                service.environment = lambda **_: env
                done = service.command("channel", "test", "mail")
                assert done.returncode == 0, done.stdout + done.stderr
                said = base64.b64decode(server.credentials)
                assert said == b"\0anna\0gr0ssesGeheimnis", said


def the_wire_holds_no_bare_line_end_no_long_line_and_no_lone_dot():
    nasty = "prima\n.\ndopo\r.\rcoda " + "x" * 3000 + " \u202e rtl \U0001f600 日本"
    with closing_all(FeedServer(), ScriptedSmtp()) as (server, smtp):
        server.put("/a", rss([item(1, "Ponte .", nasty), item(2, "Un ponte\r\nBcc: evil@example.org", "ponte")]))
        with closing_all(engine(server, smtp.port)) as (service,):
            service.command("poll", check=0)
        assert len(smtp.mails) == 2
        for wire in smtp.mails:
            assert b"\n" not in wire.replace(b"\r\n", b"") and b"\r" not in wire.replace(b"\r\n", b"")
            assert max(map(len, wire.split(b"\r\n"))) <= 998 and b"\0" not in wire
            wire = wire.replace(b"\r\n..", b"\r\n.")  # what the dots of the wire stand for
            longest = max(wire.split(b"\r\n\r\n", 1)[1].split(b"\r\n"), key=len)
            assert len(longest) <= 76, longest
            mail = parse(wire)
            assert mail["Bcc"] is None and not mail.defects, mail.defects
            assert "\u202e" not in str(mail)


def the_same_mail_is_sent_again_byte_for_byte():
    drops = []

    def once(line):
        drops.append(line)
        return DROP if len(drops) == 1 else "250 kept"
    with closing_all(FeedServer(), ScriptedSmtp({".": once})) as (server, smtp):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
        with closing_all(engine(server, smtp.port)) as (service,):
            service.start()
            wait_for("the repeat", lambda: len(smtp.mails) == 2)
            service.stop()
        assert smtp.mails[0] == smtp.mails[1]
        assert parse(smtp.mails[0])["Message-ID"]


def mails_of_one_burst_share_a_connection():
    with closing_all(FeedServer(), ScriptedSmtp()) as (server, smtp):
        words = "acqua fuoco terra aria legno ferro oro argento rame piombo".split()
        server.put("/a", rss([item(n, "Ponte di %s a %s" % (w, w[::-1]), "Ponte %s." % (w * 3)) for n, w in enumerate(words)]))
        with closing_all(engine(server, smtp.port, "max_parallel = 1")) as (service,):
            service.command("poll", check=0)
        assert len(smtp.mails) >= 5 and smtp.connections < len(smtp.mails), (len(smtp.mails), smtp.connections)
        assert len({parse(m)["Message-ID"] for m in smtp.mails}) == len(smtp.mails)


def a_hung_server_delays_neither_the_log_nor_the_engine():
    for hang in (".", "banner", "RCPT", "QUIT"):
        with closing_all(FeedServer(), ScriptedSmtp({hang: HANG})) as (server, smtp):
            server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
            log = 'channel "log" { type = log file = "alerts.jsonl" }\n'
            with closing_all(engine(server, smtp.port, conf=log)) as (service,):
                service.start()
                wait_for("the log line", service.alerts)
                wait_for("the server to hang", lambda: smtp.connections)
                server.put("/a", rss([item(2, "Riaperto un ponte a Pisa", "Festa al ponte di Pisa.")]))
                assert service.stop() == 0  # the server hangs until the end of the test


def a_mail_that_is_refused_three_times_is_told_by_another_channel():
    with closing_all(FeedServer(), ScriptedSmtp({"RCPT": "550 5.1.1 no such user"})) as (server, smtp):
        server.put("/a", rss([item(1, "Crolla un ponte sul Po")]))
        log = 'channel "log" { type = log file = "alerts.jsonl" }\n'
        with closing_all(engine(server, smtp.port, conf=log)) as (service,):
            service.start()
            told = wait_for("a service message", lambda: [a for a in service.alerts() if a["event"]["action"] == "service"])
            service.stop()
            assert "550 5.1.1 no such user" in told[0]["vedetta"]["text"], told


if __name__ == "__main__":
    only = sys.argv[1:]
    run_tests([value for name, value in list(globals().items())
               if getattr(value, "__module__", "") == "__main__" and value.__code__.co_argcount == 0
               and (not only or name in only)])
