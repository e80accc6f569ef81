#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds a listening socket as systemd does and runs COMMAND with it (sd_listen_fds(3)).

Prints the port; SIGUSR1 ends the command politely and starts it anew, SIGTERM ends both.
"""
import os
import signal
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0), backlog=256)
print(listener.getsockname()[1], flush=True)
child = 0
ending = False


def start():
    pid = os.fork()
    if pid:
        return pid
    os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvp("setpriv", ["setpriv", "--pdeathsig", "KILL", "--", *sys.argv[1:]])


def on_signal(number, _frame):
    global ending
    ending = ending or number == signal.SIGTERM
    os.kill(child, signal.SIGTERM)


signal.signal(signal.SIGUSR1, on_signal)
signal.signal(signal.SIGTERM, on_signal)
while not ending:
    child = start()
    os.waitpid(child, 0)
