"""A wait of the loop ends when somebody has work for it."""

import signal
import threading
import time

from infra.running import Stop

LONG = 60.0


def waited(stop, seconds=LONG):
    began = time.monotonic()
    stop.wait(seconds)
    return time.monotonic() - began


def test_a_wait_is_ended_from_another_thread():
    with Stop(1.0) as stop:
        waking = threading.Timer(0.05, stop.wake)
        waking.start()
        assert waited(stop) < LONG / 2
        waking.join()
        assert not stop.asked


def test_who_wakes_before_the_wait_ends_it_too_and_only_that_one():
    with Stop(1.0) as stop:
        for _ in range(3):
            stop.wake()
        assert waited(stop) < LONG / 2
        assert waited(stop, 0.05) >= 0.05


def test_so_many_who_wake_that_nobody_reads_them_hold_nobody_up():
    with Stop(1.0) as stop:
        for _ in range(200_000):
            stop.wake()
        assert waited(stop) < LONG / 2


def test_when_all_is_over_there_is_nobody_to_be_woken():
    with Stop(1.0) as stop:
        pass
    stop.wake()


def test_a_signal_that_comes_as_all_ends_leaves_nothing_behind(monkeypatch):
    put_back, before = signal.signal, signal.getsignal(signal.SIGALRM)
    late = iter([signal.SIGTERM])

    def putting_back(number, handler):
        found = put_back(number, handler)
        for asked in late:
            stop._ask(asked, None)
        return found

    with Stop(LONG) as stop:
        monkeypatch.setattr(signal, "signal", putting_back)
    assert stop.asked
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_what_is_ending_is_not_cut_short_any_more(monkeypatch):
    put_back, armed = signal.signal, []

    def putting_back(number, handler):
        armed.append(signal.getitimer(signal.ITIMER_REAL)[0])
        return put_back(number, handler)

    with Stop(LONG):
        signal.raise_signal(signal.SIGTERM)
        monkeypatch.setattr(signal, "signal", putting_back)
    assert len(armed) > 1
    assert not any(armed)
