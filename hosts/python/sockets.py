"""The sockets that handlers act on, and the mirror of who is where. Source: frappe-realtime 8.3."""

import asyncio

from crema_host import wire
from crema_host.charge import current_site

# Socket.IO keeps these for itself.
RESERVED = frozenset(
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
)
PERMISSION_WAIT_S = 60
SYNC_WAIT_S = 90


class Session:
    """One connected socket, as the host knows it."""

    def __init__(self, site, head):
        self.site = site
        self.sid = head["socket"]
        self.user = head["user"]
        self.user_type = head["user_type"]
        self.installed_apps = list(head["apps"])
        self.rooms = set()
        self.state = {}
        self.is_open = True
        # The end of the last plain function that was begun for it: they run one after the other.
        self.tail = None


class Site:
    """The sockets of one site and their rooms."""

    def __init__(self, name):
        self.name = name
        self.sessions = {}
        self.members = {}

    def join(self, session, room):
        session.rooms.add(room)
        self.members.setdefault(room, {})[session.sid] = None

    def leave(self, session, room):
        session.rooms.discard(room)
        members = self.members.get(room)
        if members and members.pop(session.sid, 0) is None and not members:
            del self.members[room]

    def remove(self, session):
        for room in list(session.rooms):
            self.leave(session, room)
        session.is_open = False
        self.sessions.pop(session.sid, None)


class Socket:
    """The socket that an event came from, for `async def`. Every method is awaited."""

    def __init__(self, host, session):
        self._host = host
        self._session = session
        self.site = session.site.name
        self.user = session.user
        self.user_type = session.user_type
        self.installed_apps = list(session.installed_apps)
        self.sid = session.sid
        self.namespace = f"/{session.site.name}"

    def _reach(self):
        """What runs for a site reaches no other, whatever an app keeps in its variables."""
        mine, running = self._session.site.name, current_site.get()
        if running not in (None, mine):
            raise PermissionError(f"what runs for {running} cannot reach {mine}")

    async def join(self, room):
        self._reach()
        if self._session.is_open:
            self._session.site.join(self._session, _room(room))
            self._host.say("join", self._session, rooms=[room])

    async def leave(self, room):
        self._reach()
        if self._session.is_open:
            self._session.site.leave(self._session, _room(room))
            self._host.say("leave", self._session, rooms=[room])

    async def emit(self, event, data=None, room=None):
        """To this client, or to everybody of this site in `room`. A tuple is several arguments."""
        self._reach()
        if not isinstance(event, str) or not event or event in RESERVED:
            raise ValueError(f"an event cannot be called {event!r}")
        to = {"socket": self.sid} if room is None else {"rooms": [_room(room)]}
        self._host.emit(self.site, event, arguments(data), to)

    async def get(self, key, default=None):
        """What `set` kept for this connection; gone with it."""
        self._reach()
        return self._session.state.get(key, default)

    async def set(self, key, value):
        self._reach()
        self._session.state[key] = value

    async def participants(self, room):
        """The ids of the sockets in it, of this site, in the order they came."""
        self._reach()
        return list(self._session.site.members.get(room, ()))

    async def user_of(self, sid):
        """Whose socket it is; None when there is none of that id on this site."""
        self._reach()
        session = self._session.site.sessions.get(sid)
        if session is None and sid == self.sid:
            session = self._session
        return session.user if session else None

    async def has_permission(self, doctype, name=None):
        """Whether the user may read the doctype, or the document. False when nobody can tell."""
        self._reach()
        asked = self._host.ask_permission(self._session, doctype, name)
        try:
            return await asyncio.wait_for(asked, PERMISSION_WAIT_S)
        except asyncio.TimeoutError:
            return False


class SyncSocket:
    """The same for plain functions, which run in a thread: the methods return what they find."""

    def __init__(self, loop, socket):
        self._loop = loop
        self._socket = socket
        for name in ("site", "user", "user_type", "installed_apps", "sid", "namespace"):
            setattr(self, name, getattr(socket, name))

    def join(self, room):
        return self._run(self._socket.join(room))

    def leave(self, room):
        return self._run(self._socket.leave(room))

    def emit(self, event, data=None, room=None):
        return self._run(self._socket.emit(event, data, room))

    def get(self, key, default=None):
        return self._run(self._socket.get(key, default))

    def set(self, key, value):
        return self._run(self._socket.set(key, value))

    def participants(self, room):
        return self._run(self._socket.participants(room))

    def user_of(self, sid):
        return self._run(self._socket.user_of(sid))

    def has_permission(self, doctype, name=None):
        return self._run(self._socket.has_permission(doctype, name))

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(SYNC_WAIT_S)


def arguments(data):
    """As python-socketio has it: None is no argument, a tuple is several."""
    if data is None:
        return []
    return list(data) if isinstance(data, tuple) else [data]


def _room(name):
    if not wire.is_name(name):
        raise ValueError(f"a room's name is text of 1 to {wire.NAME_BYTES_MAX} bytes")
    return name
