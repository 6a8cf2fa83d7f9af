"""Run a program on a pseudo-terminal, and once it shows a text send it a signal, or close the terminal (HANGUP).

The exit code is that of the program, 128 and the number of the signal if one ended it.
"""
import os, pty, signal, sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
shown = b""
while sys.argv[2].encode() not in shown:
    shown += os.read(terminal, 65536)
if sys.argv[1] == "HANGUP":
    os.close(terminal)
else:
    os.kill(pid, getattr(signal, sys.argv[1]))
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
