"""Lets the public Python package pikpakapi, unmodified, change a drive and tell what it sees of it.

Reads {"top": folder, "acts": [[name, arguments...], ...]} from standard input. Paths are below the folder `top`; acts are named after
the package's methods. Prints one JSON line: the tree below `top` with each file's size, hash and the SHA-256 of its bytes, the names in
the trash, the starred ones, and what offline downloads have fetched.
"""

import asyncio
import hashlib
import json
import sys

import httpx
from pikpakapi import PikPakApi
from pikpakapi.PikpakException import PikpakException

async def children(client, parent, filters=None):
    files, token = [], None
    while True:
        page = await client.file_list(
            parent_id=parent, next_page_token=token, additional_filters=filters or {}
        )
        files += page["files"]
        token = page.get("next_page_token")
        if not token:
            return files


async def find(client, top, path):
    found = top
    for name in [part for part in path.split("/") if part]:
        found = next(
            file["id"] for file in await children(client, found) if file["name"] == name
        )
    return found


async def in_trash(client, name):
    for file in await children(client, "*", {"trashed": {"eq": True}}):
        if file["name"] == name:
            return file["id"]
    raise SystemExit(f"{name} is not in the trash")


async def done(client, answer):
    """The service answers before it has done it."""
    task = (answer or {}).get("task_id")
    for _ in range(100):
        if not task:
            return
        url = f"https://{client.PIKPAK_API_HOST}/drive/v1/tasks/{task}"
        state = await client._request_get(url)
        if state["phase"] == "PHASE_TYPE_COMPLETE":
            return
        await asyncio.sleep(0.05)
    raise SystemExit("a task does not end")


async def rename(client, file, name):
    """Right after a copy the service refuses for a moment."""
    for _ in range(100):
        try:
            return await client.file_rename(file, name)
        except PikpakException:
            await asyncio.sleep(0.05)
    raise SystemExit(f"{name} can't be given")


async def act(client, top, name, arguments):
    async def id_of(path):
        return await find(client, top, path)

    if name == "create_folder":
        return await client.create_folder(arguments[1], await id_of(arguments[0]))
    if name == "file_rename":
        return await rename(client, await id_of(arguments[0]), arguments[1])
    if name in ("file_batch_move", "file_batch_copy"):
        ids = [await id_of(path) for path in arguments[0]]
        return await getattr(client, name)(ids, await id_of(arguments[1]))
    if name in ("delete_to_trash", "delete_forever", "file_batch_star"):
        return await getattr(client, name)([await id_of(path) for path in arguments[0]])
    if name == "offline_download":
        answer = await client.offline_download(arguments[0], await id_of(arguments[1]), arguments[2])
        return {"task_id": answer["task"]["id"]}
    if name == "untrash":
        return await client.untrash([await in_trash(client, arguments[0])])
    raise SystemExit(f"no act {name}")


async def tree(client, http, parent):
    seen = {}
    for file in await children(client, parent):
        if file["kind"] == "drive#folder":
            seen[file["name"]] = await tree(client, http, file["id"])
            continue
        link = (await client.get_download_url(file["id"]))["web_content_link"]
        body = (await http.get(link)).raise_for_status().content if link else b""
        seen[file["name"]] = {
            "size": int(file["size"]),
            "hash": file["hash"],
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    return seen


async def main():
    order = json.load(sys.stdin)
    client = PikPakApi(username="demo@sluice.test", password="sluice-demo")
    await client.login()
    top = await find(client, None, order["top"])
    for name, *arguments in order["acts"]:
        await done(client, await act(client, top, name, arguments))
    trashed = await children(client, "*", {"trashed": {"eq": True}})
    starred = (await client.file_star_list())["files"]
    fetched = (await client.offline_list(phase=["PHASE_TYPE_COMPLETE"]))["tasks"]
    async with httpx.AsyncClient() as http:
        print(
            json.dumps(
                {
                    "tree": await tree(client, http, top),
                    "trash": sorted(file["name"] for file in trashed),
                    "fetched": sorted(task["name"] for task in fetched),
                    "starred": sorted(file["name"] for file in starred),
                }
            )
        )


asyncio.run(main())
