"""Become a program whose standard output is a pseudo-terminal of 24 rows and 100 columns; its standard error is not.

What the terminal shows goes to the standard output that this was started with, as it comes.
"""
import fcntl, os, pty, struct, sys, termios

terminal, end = pty.openpty()
fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
if os.fork() > 0:
    os.dup2(end, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(end)
os.close(2)
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
