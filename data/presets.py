"""Definitions to begin with, by name; what `recoup.toml` says itself goes before them.

Each number is followed by where it is from: A an official text, B a good secondary source, X an assumption.
"""

CN: dict[str, object] = {
    # Common practice of Chinese consumer lenders (B).
    "buckets": {"M0": 0, "M1": 1, "M2": 31, "M3": 61, "M4": 91, "M5": 121, "M6": 151, "M7": 181},
    # Measures for the Risk Classification of Financial Assets of Commercial Banks, in force 2023-07-01: overdue is at least
    # special mention, over 90 days substandard, over 270 doubtful, over 360 loss (B).
    "tiers": {"normal": 0, "special_mention": 1, "substandard": 91, "doubtful": 271, "loss": 361},
    "bad_above_dpd": 90,  # substandard and worse, by the same measures (B)
    "currency": "CNY",
    "rules": "cn",
    "stages": {"early": 1, "mid": 4, "final": 91},  # X: each lender's own
}

CN_CARD: dict[str, object] = CN | {
    # The ladder of credit cards: 91 to 120 days substandard, 121 to 180 doubtful, over 180 loss (B).
    "tiers": {"normal": 0, "special_mention": 1, "substandard": 91, "doubtful": 121, "loss": 181},
}

US: dict[str, object] = {
    # Days past due as US filings show them, 30 to 59, 60 to 89 and so on (B).
    "buckets": {"current": 0, "d1": 1, "d30": 30, "d60": 60, "d90": 90, "d120": 120, "d150": 150, "d180": 180},
    # Uniform Retail Credit Classification and Account Management Policy: substandard at 90 days; loss, and charged off, at
    # 120 days for closed-end loans and at 180 for open-end ones (A).
    "tiers": {"pass": 0, "substandard": 90, "loss_closed_end": 120, "loss": 180},
    "bad_above_dpd": 89,  # 90 days or more
    "currency": "USD",
    "rules": "us",
    "stages": {"early": 1, "mid": 30, "final": 90},  # X: each lender's own
}

PRESETS: dict[str, dict[str, object]] = {"cn": CN, "cn_card": CN_CARD, "us": US}
