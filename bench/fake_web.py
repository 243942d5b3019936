#!/usr/bin/env python3
"""Stands in for Frappe's web process: answers who a session cookie belongs to.

Usage: fake_web.py PORT SECRET

`sid=NAME` belongs to the System User NAME@example.com; without a sid the answer is Guest, with a
wrong X-Frappe-Socket-Secret it is empty, as Frappe's own is.
"""
import asyncio
import json
import re
import sys

PATH = "/api/method/frappe.realtime.get_user_info"
SID = re.compile(r"(?:^|;)\s*sid=([^;\s]+)")


def parse_head(head):
    """The request's method, its path without a query, and its headers by lower-case name."""
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in lines[1:] if ":" in line)
    return method, target.split("?")[0], {name.lower(): value.strip() for name, value in pairs}


def user_info(headers, secret):
    if headers.get("x-frappe-socket-secret") != secret:
        return {}
    sid = SID.search(headers.get("cookie", ""))
    if not sid:
        return {"user": "Guest", "user_type": "Website User", "installed_apps": ["frappe"]}
    user = f"{sid.group(1)}@example.com"
    return {"user": user, "user_type": "System User", "installed_apps": ["frappe"]}


def answer(head, secret):
    """The response's bytes, and whether the connection ends with it."""
    method, path, headers = parse_head(head)
    found = method == "GET" and path == PATH
    body = json.dumps({"message": user_info(headers, secret)} if found else {}).encode()
    closes = headers.get("connection", "").lower() == "close"
    status = "200 OK" if found else "404 Not Found"
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Connection: {'close' if closes else 'keep-alive'}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body, closes


async def serve_connection(reader, writer, secret):
    try:
        closes = False
        while not closes:
            head = await reader.readuntil(b"\r\n\r\n")
            response, closes = answer(head[:-4], secret)
            writer.write(response)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(port, secret):
    async def connected(reader, writer):
        await serve_connection(reader, writer, secret)

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=4096)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
