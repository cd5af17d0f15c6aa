"""`python ARGUMENTS`, by the server of warm_server.py: warm_client.py SOCKET PYTHON ARGUMENTS."""

import array
import json
import os
import socket
import sys

path, executable, *arguments = sys.argv[1:]
request = {
    "arguments": arguments,
    "executable": executable,
    "cwd": os.getcwd(),
    "environ": dict(os.environ),
}
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
    server.connect(path)
    text = json.dumps(request).encode() + b"\n"
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))
    sent = server.sendmsg([text], [rights])
    server.sendall(text[sent:])
    answer = server.recv(16)
code = json.loads(answer) if answer else 1
sys.exit(code if code >= 0 else 128 - code)
