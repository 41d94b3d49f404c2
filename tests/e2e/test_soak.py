"""What the soak (tests/soak) deals and counts, without a cluster."""

import collections

import faults
import soak


def test_no_round_has_a_fault_twice_and_all_come_equally_often(monkeypatch):
    kinds = [faults.Kind(f"fault {number}") for number in range(2 * soak.PER_ROUND + 4)]
    kinds[4].needs_parts = True
    monkeypatch.setattr(faults, "every_kind", lambda *_: kinds)
    dealing = soak.Soak(1, None, None, None)
    dealt = collections.Counter()
    for _ in range(200):
        drawn = [kind.name for kind in dealing.draw()]
        assert len(set(drawn)) == len(drawn) and (len(drawn) == 1 or "fault 4" not in drawn)
        dealt.update(drawn)
    assert dealt.keys() == {kind.name for kind in kinds}
    assert max(dealt.values()) - min(dealt.values()) <= 2
