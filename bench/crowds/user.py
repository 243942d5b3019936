"""A user of a site, as the official client is on the wire: WebSocket only, answers pings."""
import asyncio
import struct
import time

UPGRADE = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {0}\r\n"
           "Origin: http://{0}\r\nX-Frappe-Site-Name: {0}\r\nCookie: sid={1}\r\n"
           "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


class Lost(Exception):
    """The connection is over."""


class User:
    def __init__(self, port, site, sid):
        self.port = port
        self.site = site
        self.sid = sid
        self.writer = None
        self.listening = None

    async def connect(self):
        """Returns the seconds from the first byte to the CONNECT's answer."""
        begin = time.perf_counter()
        reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(UPGRADE.format(self.site, self.sid).encode())
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._frame(reader)  # Engine.IO's open packet.
            self._send(f"40/{self.site},")
            while not (text := await self._frame(reader)).startswith(b"40/"):
                if text.startswith(b"44"):
                    raise AssertionError(f"refused: {text}")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            self.drop()
            raise Lost from error
        seconds = time.perf_counter() - begin
        self.listening = asyncio.create_task(self._listen(reader))
        return seconds

    async def come_back(self):
        """As the client does it: after 1 to 5 s it would; here at once, until it is back."""
        attempts = 0
        while True:
            attempts += 1
            try:
                await self.connect()
                return attempts
            except (Lost, OSError):
                await asyncio.sleep(1)

    def drop(self):
        if self.listening:
            self.listening.cancel()
        self.writer.transport.abort()

    async def _listen(self, reader):
        try:
            while True:
                await self._frame(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    async def _frame(self, reader):
        head = await reader.readexactly(2)
        size = head[1]
        if size == 126:
            size = struct.unpack(">H", await reader.readexactly(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", await reader.readexactly(8))[0]
        text = await reader.readexactly(size)
        if head[0] & 15 == 8:
            raise ConnectionResetError
        if text == b"2":
            self._send("3")
        return text

    def _send(self, text):
        data = text.encode()  # Shorter than 126 bytes, masked with zeros.
        self.writer.write(bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data)


async def together(users, action, at_once=200):
    """action(user) for each, a few at a time; their values."""
    gate = asyncio.Semaphore(at_once)

    async def one(user):
        async with gate:
            return await action(user)

    return await asyncio.gather(*(one(user) for user in users))
