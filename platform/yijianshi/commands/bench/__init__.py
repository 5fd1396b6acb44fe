"""``yijianshi bench``: the platform measured against its peers, side by side in one run."""
