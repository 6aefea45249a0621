# %% [markdown]
# # Where does a network's traffic go?
# Each flow's address is annotated with its service tags, and the shares are plotted. The cells
# run one by one in a notebook, or all at once:
#
#     python tag_shares.py [FLOWS.csv [TAGS.json [SHARES.png]]]
#
# FLOWS.csv has the columns `dst` and `bytes`. Without it, flows are made up. Needs pandas,
# pyarrow and matplotlib.

# %%
import pathlib
import random
import sys

import matplotlib
import pandas

import servicetags

matplotlib.use("Agg")  # pictures go to files; leave it out in a notebook
from matplotlib import pyplot  # noqa: E402  pylint: disable=wrong-import-position

FLOWS, TAGS, PICTURE = (sys.argv[1:4] + [None] * 3)[:3]
SAMPLE = pathlib.Path(__file__).resolve().parents[1] / "data" / "sample.json"

# %%
snapshot = servicetags.load(TAGS or SAMPLE)
snapshot


# %%
def made_up_flows(count=20_000, seed=1):
    """Flows to a few tags, more to some than to others, and to nobody in particular."""
    chance = random.Random(seed)
    prefixes = [prefix for tag in snapshot.tags if tag.region for prefix in tag.prefixes]
    weights = [chance.paretovariate(1.5) for _ in prefixes]
    rows = [(str(prefix[chance.randrange(min(prefix.num_addresses, 256))]),
             int(chance.lognormvariate(8, 1)))
            for prefix in chance.choices(prefixes, weights, k=count)]
    rows += [(f"203.0.113.{chance.randrange(256)}", 9_000) for _ in range(count // 10)]
    return pandas.DataFrame(rows, columns=["dst", "bytes"])


flows = pandas.read_csv(FLOWS, dtype={"dst": "string"}) if FLOWS else made_up_flows()
flows.head()

# %% [markdown]
# An address is in several tags: a service's, those for its region, AzureCloud. Those of a region
# are left out; a flow counts for each that remains, so shares add up to more than 100 %.

# %%
flows["tags"] = snapshot.annotate(flows["dst"], form="dictionary", policy="null")
by_set = flows.groupby("tags", observed=True)["bytes"].sum()
total = flows["bytes"].sum()
shares = (by_set.rename_axis("tag").reset_index()
          .assign(tag=lambda rows: rows["tag"].astype(str).str.split(";"))
          .explode("tag").groupby("tag")["bytes"].sum() / total)
shares = shares[[name == "" or snapshot[name].region is None for name in shares.index]]
shares = shares.rename(index={"": "in no service tag"}).sort_values()
shares.tail(15)

# %%
top = shares.tail(15)
figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
colors = ["#9aa0a6" if name == "in no service tag" else "#2b6cb0" for name in top.index]
bars = axes.barh(top.index, top * 100, color=colors)
axes.bar_label(bars, fmt="%.1f %%", padding=4)
axes.set_xlim(0, top.max() * 112)
axes.set_xlabel("share of bytes, %")
axes.set_title(f"{len(flows):,} flows by service tag")
axes.spines[["top", "right"]].set_visible(False)

# %%
if PICTURE:
    figure.savefig(PICTURE, dpi=120)
    print(f"{PICTURE}: {top.index[-1]} has {top.iloc[-1]:.1%} of the bytes")
