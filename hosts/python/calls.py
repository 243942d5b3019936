"""Runs handlers: `async def` on the loop, plain functions in threads."""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import time

from crema_host.charge import Charged, current_app, current_site
from crema_host.frappe_names import frappe_context
from crema_host.registry import CONNECT, DISCONNECT
from crema_host.sockets import Socket, SyncSocket, arguments

# Events whose handlers have not ended; more are dropped.
UNDER_WAY_MAX = 10_000
# A plain function that runs for longer counts as one that does not return.
PLAIN_CALL_MAX_S = 30


class Calls:
    def __init__(self, host, realtime, charges, threads):
        self._host = host
        self._realtime = realtime
        self._charges = charges
        self._pool = concurrent.futures.ThreadPoolExecutor(threads, "handlers")
        self._under_way = set()

    def is_stuck(self):
        since = self._charges.running_since()
        return since is not None and time.monotonic() - since > PLAIN_CALL_MAX_S

    def connected(self, session):
        self._begin(session, CONNECT, [])

    def disconnected(self, session, reason):
        self._begin(session, DISCONNECT, [reason])

    def event(self, session, event, args, ack):
        if event not in (CONNECT, DISCONNECT):
            self._begin(session, event, args, ack)

    def _begin(self, session, event, args, ack=None):
        handlers = self._realtime.of(event, session.installed_apps, session.user)
        if not handlers:
            return
        if len(self._under_way) >= UNDER_WAY_MAX:
            self._host.dropped(handlers[0].app, event)
            return
        runs = [self._run(handler, session, args) for handler in handlers]
        task = asyncio.get_running_loop().create_task(self._answer(handlers, runs, session, ack))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, handlers, runs, session, ack):
        """What the first handler returned that returned something is the acknowledgement."""
        results = [await run for run in runs]
        if ack is None:
            return
        found = next((i for i, each in enumerate(results) if each is not None), None)
        try:
            result = None if found is None else results[found]
            self._host.acknowledge(session, ack, arguments(result))
        except (TypeError, ValueError) as error:
            # What the function returned cannot be said in JSON.
            self._host.failed(handlers[found].app, handlers[found].event, error)
            self._host.acknowledge(session, ack, [])

    def _run(self, handler, session, args):
        """A task of its own context, in which the app and the site are the current ones."""
        if handler.event == DISCONNECT and not handler.takes_reason:
            args = []
        context = contextvars.copy_context()
        context.run(current_app.set, handler.app)
        context.run(current_site.set, session.site.name)
        loop = asyncio.get_running_loop()
        socket = Socket(self._host, session)
        if handler.is_async:
            steps = Charged(self._caught(handler, _call(handler, socket, args)), handler.app,
                            self._charges)
            return context.run(loop.create_task, steps)
        before, session.tail = session.tail, loop.create_future()
        steps = self._plain(handler, SyncSocket(loop, socket), args, before, session.tail)
        return context.run(loop.create_task, self._caught(handler, steps))

    async def _plain(self, handler, socket, args, before, after):
        """In a thread, once the plain function before it has ended."""
        try:
            if before is not None:
                await before
            run = contextvars.copy_context().run
            call = (run, self._in_thread, handler, socket, args)
            return await asyncio.get_running_loop().run_in_executor(self._pool, *call)
        finally:
            after.set_result(None)

    def _in_thread(self, handler, socket, args):
        frappe = contextlib.nullcontext()
        if handler.frappe_context:
            frappe = frappe_context(socket.site, socket.user)
        with self._charges.thread(handler.app, time.monotonic()), frappe:
            try:
                return handler.function(socket, *args)
            except (SystemExit, KeyboardInterrupt) as error:
                # These would end the loop that waits for the thread.
                raise RuntimeError(f"{type(error).__name__}: {error}") from error

    async def _caught(self, handler, step):
        try:
            return await step
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._host.failed(handler.app, handler.event, error)
            return None


async def _call(handler, socket, args):
    return await handler.function(socket, *args)
