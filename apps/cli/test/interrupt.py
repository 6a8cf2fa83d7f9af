"""Send a signal to a program that waits: its output goes to a full pipe that nobody reads.

The exit code is that of the program.
"""
import fcntl, os, signal, struct, subprocess, sys, termios

reading, writing = os.pipe()
os.set_blocking(writing, False)
program = subprocess.Popen(sys.argv[2:], stdout=writing)
os.close(writing)
waiting = -1
while program.poll() is None:
    now = struct.unpack("i", fcntl.ioctl(reading, termios.FIONREAD, b"\0\0\0\0"))[0]
    if now > 0 and now == waiting:
        program.send_signal(getattr(signal, sys.argv[1]))
        break
    waiting = now
    try:
        program.wait(0.2)
    except subprocess.TimeoutExpired:
        pass
code = program.wait()
sys.exit(code if code >= 0 else 128 - code)
