"""Run a shell line on a pseudo-terminal of 24 rows and 100 columns.

What is typed comes from standard input; a line is typed only once the program waits for it, that is, once it has been
silent for a moment. ^C is typed as the character 0x03; followed by a text, it is typed once that text was shown. A line that begins with a text between two
characters 0x05 is typed once that text was shown since the line before it. The output of the terminal goes to standard output, and the exit
code of the line is the exit code of this program.
"""
import fcntl, os, pty, select, struct, sys, termios

typed = [line.encode() for line in sys.stdin.read().splitlines()]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", sys.argv[1]])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
shown = b""
seen = 0
while True:
    ready, _, _ = select.select([terminal], [], [], 0.4)
    if ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    elif typed and shown:
        line = typed[0]
        if line[:1] == b"\x03" and line[1:] not in shown:
            continue
        if line[:1] == b"\x05":
            _, awaited, line = line.split(b"\x05", 2)
            if awaited not in shown[seen:]:
                continue
        seen = len(shown)
        typed.pop(0)
        os.write(terminal, b"\x03" if line[:1] == b"\x03" else line + b"\n")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
