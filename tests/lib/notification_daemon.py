"""A notification daemon that logs what it is asked and behaves as told: LOG [mode…]

Modes: plain (no markup, no actions), error, excess, slow (answers after stdin says "go"). Lines on stdin: "ID ACTION"
presses a button, "close ID" closes, "go" lets slow answers out; "lock" and "unlock" are a screen saver's.
"""
import json
import sys

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg direction="out" type="as"/></method>
<method name="Notify"><arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
<arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/>
<arg direction="in" type="a{sv}"/><arg direction="in" type="i"/><arg direction="out" type="u"/></method>
<method name="CloseNotification"><arg direction="in" type="u"/></method>
<method name="GetServerInformation"><arg direction="out" type="s"/><arg direction="out" type="s"/>
<arg direction="out" type="s"/><arg direction="out" type="s"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""
SAVER_XML = """<node><interface name="org.gnome.ScreenSaver"><method name="GetActive"><arg direction="out" type="b"/></method>
<signal name="ActiveChanged"><arg type="b"/></signal></interface></node>"""
SAVER_PATH, SAVER = "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"
PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
log_path, modes = sys.argv[1], set(sys.argv[2:])
last, waiting, bus, locked = 0, [], None, False


def note(**what):
    with open(log_path, "a", encoding="utf-8") as log:
        log.write(json.dumps(what) + "\n")


def on_call(connection, sender, path, interface, method, arguments, invocation):
    global last
    values = arguments.unpack()
    if method == "GetCapabilities":
        caps = ["body"] if "plain" in modes else ["body", "body-markup", "actions", "persistence"]
        invocation.return_value(GLib.Variant("(as)", (caps,)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", ("scripted", "tests", "1", "1.2")))
    elif method == "CloseNotification":
        note(method=method, id=values[0])
        invocation.return_value(None)
        bus.emit_signal(None, PATH, NAME, "NotificationClosed", GLib.Variant("(uu)", (values[0], 3)))
    elif "error" in modes or "excess" in modes:
        name = "org.freedesktop.Notifications.Error.ExcessNotificationGeneration" if "excess" in modes else \
            "org.freedesktop.DBus.Error.Failed"
        note(method="refused", summary=values[3])
        invocation.return_dbus_error(name, "not now")
    else:
        if values[1]:
            number = values[1]
        else:
            last += 1
            number = last
        note(method=method, id=number, app=values[0], replaces=values[1], summary=values[3], body=values[4],
             actions=values[5], hints={key: value for key, value in values[6].items()})
        if "slow" in modes:
            waiting.append((invocation, number))
        else:
            invocation.return_value(GLib.Variant("(u)", (number,)))


def on_saver_call(connection, sender, path, interface, method, arguments, invocation):
    invocation.return_value(GLib.Variant("(b)", (locked,)))


def on_line(source, condition):
    global locked
    line = sys.stdin.readline()
    if not line:
        return False
    words = line.split()
    if words == ["go"]:
        modes.discard("slow")
        while waiting:
            invocation, number = waiting.pop(0)
            invocation.return_value(GLib.Variant("(u)", (number,)))
    elif words[0] in ("lock", "unlock"):
        locked = words[0] == "lock"
        bus.emit_signal(None, SAVER_PATH, SAVER, "ActiveChanged", GLib.Variant("(b)", (locked,)))
    elif words[0] == "close":
        bus.emit_signal(None, PATH, NAME, "NotificationClosed", GLib.Variant("(uu)", (int(words[1]), 2)))
    else:
        bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (int(words[0]), words[1])))
    return True


bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call, None, None)
bus.register_object(SAVER_PATH, Gio.DBusNodeInfo.new_for_xml(SAVER_XML).interfaces[0], on_saver_call, None, None)
Gio.bus_own_name_on_connection(bus, SAVER, Gio.BusNameOwnerFlags.NONE, None, None)
Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, on_line)
GLib.MainLoop().run()
