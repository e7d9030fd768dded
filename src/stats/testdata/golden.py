"""Golden values for src/stats, computed by NumPy, SciPy and statsmodels.

    python3 -m venv venv && venv/bin/pip install numpy==2.* scipy==1.* statsmodels==0.*
    venv/bin/python src/stats/testdata/golden.py > src/stats/testdata/golden.json
"""

import json

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20261121)


def quantiles(values):
    levels = [0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0]
    found = np.quantile(values, levels, method="inverted_cdf")
    return {"values": list(values), "levels": levels, "quantiles": list(found)}


def growth(name, xs, ys):
    fit = stats.linregress(np.log(xs), np.log(ys))
    margin = stats.t.ppf(0.975, len(xs) - 2) * fit.stderr
    relative = {"w": 1 / np.array(ys)}
    linear_b, linear_a = np.polyfit(xs, ys, 1, **relative)
    log_b, log_a = np.polyfit(np.log(xs), ys, 1, **relative)
    return {
        "name": name,
        "points": [[float(x), float(y)] for x, y in zip(xs, ys)],
        "exponent": [fit.slope, fit.slope - margin, fit.slope + margin],
        "linear": [linear_a, linear_b],
        "log": [log_a, log_b],
    }


def tied(n, m, values):
    """Mann-Whitney with ties by all permutations, and Cliff's delta by its definition."""
    late = np.random.default_rng(n * 100 + m)
    a = late.integers(0, values, n).astype(float)
    b = late.integers(0, values + 1, m).astype(float)
    every = stats.PermutationMethod(n_resamples=np.inf)
    test = stats.mannwhitneyu(b, a, method=every)
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "u": test.statistic,
        "p": test.pvalue,
        "delta": np.mean(np.sign(np.subtract.outer(b, a))),
    }


sizes = np.repeat([10, 30, 100, 300, 1000, 3000], 2).astype(float)
noise = lambda: np.exp(rng.normal(0, 0.02, len(sizes)))

print(
    json.dumps(
        {
            "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
            "quantiles": [
                quantiles(rng.lognormal(0, 1, n).round(6).tolist()) for n in (1, 2, 9, 100, 1001)
            ],
            "studentT": [
                [p, df, stats.t.ppf(p, df)] for p in (0.6, 0.9, 0.975, 0.995) for df in (1, 2, 3, 4, 10, 30, 1000)
            ],
            "betaInc": [
                [x, a, b, special.betainc(a, b, x)]
                for x in (0.01, 0.2, 0.5, 0.8, 0.99)
                for a, b in ((0.5, 0.5), (1, 3), (5, 0.5), (30, 40))
            ],
            "gammaLn": [[x, special.gammaln(x)] for x in (0.1, 0.5, 1, 1.5, 2, 3.7, 10, 25.5, 171, 1e4)],
            "growth": [
                growth("constant", sizes, (5e5 * noise()).tolist()),
                growth("log", sizes, ((1e5 + 2e5 * np.log(sizes)) * noise()).tolist()),
                growth("linear", sizes, ((2e5 + 900 * sizes) * noise()).tolist()),
                growth("power", sizes, (1e4 * sizes**1.5 * noise()).tolist()),
            ],
            "normal": [[x, stats.norm.cdf(x)] for x in (-30, -8, -3.1, -3, -2.9, -1, -0.01, 0, 0.5, 1.96, 4, 9)],
            "normalQuantile": [[p, stats.norm.ppf(p)] for p in (1e-300, 1e-9, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999)],
            "tied": [tied(4, 4, 3), tied(5, 7, 4), tied(8, 8, 3), tied(3, 9, 2), tied(9, 9, 6)],
            "holm": [
                {"p": p, "holm": multipletests(p, method="holm")[1].tolist()}
                for p in ([0.01, 0.04, 0.03], [0.5, 0.001, 0.02, 0.02, 0.9], [0.2])
            ],
        },
        indent=1,
    )
)
