"""Drives the public Python package pikpakapi, unmodified, through HTTPS_PROXY against whatever answers there.

Signs in, walks to the sample film, asks for its link and downloads it. Prints what it saw as one JSON line.
"""

import asyncio
import hashlib
import json

import httpx
from pikpakapi import PikPakApi

FILM = ["Movies", "Sample (2026)", "sample.mp4"]


async def find(client, path):
    parent, found = None, None
    for name in path:
        token = None
        while True:
            page = await client.file_list(parent_id=parent, next_page_token=token)
            found = next((file for file in page["files"] if file["name"] == name), None)
            token = page.get("next_page_token")
            if found or not token:
                break
        if found is None:
            raise SystemExit(f"{name} is not in the listing")
        parent = found["id"]
    return found


async def main():
    client = PikPakApi(username="demo@sluice.test", password="sluice-demo")
    await client.login()
    await client.refresh_access_token()
    film = await find(client, FILM)
    link = (await client.get_download_url(film["id"]))["web_content_link"]
    async with httpx.AsyncClient() as http:
        body = (await http.get(link)).raise_for_status().content
    quota = await client.get_quota_info()
    print(
        json.dumps(
            {
                "user": client.user_id,
                "size": int(film["size"]),
                "received": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "quota": quota["quota"]["limit"],
            }
        )
    )


asyncio.run(main())
