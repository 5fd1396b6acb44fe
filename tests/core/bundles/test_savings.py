"""Savings are computed from recorded figures, with the formula shown."""

from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.bundles.savings import savings


def test_the_countys_own_figures() -> None:
    result = savings({"materials": 17, "days": 20, "verified": False}, {"materials": 10, "days": 0})
    assert result["materials"]["percent"] == "−41.2%"
    assert result["materials"]["ratio"] == -0.4118
    assert result["materials"]["formula"]["zh"] == "(17 − 10) ÷ 17 = 41.2%"
    assert result["days"]["percent"] == "≥ 95%"
    assert "当日办结按不超过 1 日计" in result["days"]["formula"]["zh"]
    assert result["materials"]["verified"] is False


def test_published_ratios_of_another_county_recomputed() -> None:
    # 荣成: "168→50 is 65 %" was published; it is 70.2 %. 228→88 and 286→102 were right
    for before, after, percent in [(168, 50, "−70.2%"), (228, 88, "−61.4%"), (286, 102, "−64.3%")]:
        assert savings({"steps": before}, {"steps": after})["steps"]["percent"] == percent


def test_what_has_no_baseline_is_not_computed() -> None:
    assert savings({}, {"materials": 3}) == {}
    assert savings({"materials": 0}, {"materials": 3})["materials"]["ratio"] is None


def test_more_than_before_is_said_plainly() -> None:
    assert savings({"visits": 2}, {"visits": 3})["visits"]["percent"] == "+50.0%"


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_ratio_has_the_sign_of_the_change(before: int, after: int) -> None:
    ratio = savings({"steps": before}, {"steps": after})["steps"]["ratio"]
    assert (ratio < 0) == (after < before) or abs(ratio) < 1e-3
