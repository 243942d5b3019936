"""A web process that takes its time, counts, and can be away or hang for one site."""
import asyncio
import collections
import json
import re

SID = re.compile(rb"\r\n[Cc]ookie: [^\r]*?sid=([^;\r]+)")
SITE = re.compile(rb"\r\n[Xx]-[Ff]rappe-[Ss]ite-[Nn]ame: ([^\r]+)")


class Web:
    def __init__(self, port, seconds):
        self.port = port
        self.seconds = seconds  # Of one answer.
        self.hanging = None  # A site that gets none.
        self.server = None
        self.writers = set()
        self.forget()

    def forget(self):
        self.asked = collections.Counter()  # By site and credential.
        self.in_flight = collections.Counter()  # By site.
        self.in_flight_max = 0

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=4096)

    async def stop(self):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        await self.server.wait_closed()

    async def _serve(self, reader, writer):
        self.writers.add(writer)
        site = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            site = SITE.search(head)[1].decode()
            sid = SID.search(head)[1].decode()
            self.asked[site, sid] += 1
            self.in_flight[site] += 1
            self.in_flight_max = max(self.in_flight_max, self.in_flight[site])
            if site == self.hanging:
                await reader.read()
            await asyncio.sleep(self.seconds)
            body = json.dumps({"message": {"user": sid, "user_type": "System User",
                                           "installed_apps": ["frappe"]}}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            if site:
                self.in_flight[site] -= 1
            self.writers.discard(writer)
            writer.close()
