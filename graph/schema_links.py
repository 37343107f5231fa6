"""What links between accounts leave in the graph: shared infrastructure, joint activity, mirrors, clusters.

Edges of one type between two accounts differ in their rule and their run.
"""

from __future__ import annotations

from attrigraph.graph.declared import RUN, NodeLabel, Property, RelationshipType, prop

__all__ = ["CLUSTER", "LINKS"]

RULE = (
    prop("rule", "string", "what makes the edge: ip_day, window, co_retweet, twin, ..."),
    RUN,
    prop("revision", "integer", "revision of the rule"),
    prop("network", "string", "the co-activity network or the infrastructure kind"),
    prop("mode", "string", "how observations are counted"),
    prop("window_s", "float", "two messages or uses belong together within so many seconds, ends included"),
    prop("median_delta_s", "float", "median seconds between the two"),
    prop("first_at", "datetime", "first joint observation"),
    prop("last_at", "datetime", "last joint observation"),
    prop("p_value", "float", "probability of as much or more under the stated null"),
    prop("q_value", "float", "after Benjamini-Hochberg over all pairs tested"),
    prop("message_ids", "list<string>", "ids of messages of the start, or rows, behind it, oldest first (at most 20)"),
)
OTHERS = prop("other_ids", "list<string>", "for each of the message_ids the nearest message of the end")


def _between_accounts(name: str, help_: str, *properties: Property) -> RelationshipType:
    return RelationshipType(name, help_, (("Account", "Account"),), (*RULE, *properties), identity=("rule", "run"))


CLUSTER = NodeLabel(
    "Cluster",
    "A group found by links.",
    (
        prop("id", "string", "run and number: l1/c1"),
        RUN,
        prop("size", "integer", "number of accounts"),
        prop("networks", "list<string>", "networks whose edges hold it together"),
        prop("edges", "integer", "surviving edges inside it"),
        prop("stability", "float", "mean stability of its members, 0..1"),
        prop("modularity", "float", "its part of the modularity of the partition"),
        prop("resolution", "float", "resolution of the communities"),
        prop("method", "string", "how communities were found: leiden, louvain, cpm"),
        prop("first_at", "datetime", "first joint message inside it"),
        prop("last_at", "datetime", "last joint message inside it"),
        prop("e_value", "float", "evidence against its null, the choice of clusters counted in; its mean is at most 1"),
        prop("significant", "boolean", "e-BH over all clusters of the run keeps it at the level of the run"),
    ),
)

LINKS: tuple[RelationshipType, ...] = (
    _between_accounts(
        "SHARES_WITH",
        "Two accounts share infrastructure.",
        prop("weight", "float", "hold, 0..1; in a link run the sum of 1 / ln(1 + n), n accounts on a thing"),
        prop("n", "integer", "how many things or days are shared"),
        prop("node_ids", "list<string>", "ids of the nodes that link the two, the rarest first (at most 20)"),
        prop("node_labels", "list<string>", "label of each of them"),
        prop("node_accounts", "list<integer>", "how many accounts each of them is used by"),
        prop("accounts", "integer", "accounts of the case that have anything of these kinds: the rarity is of them"),
        prop("heard_in", "string", "rule window: the run whose told is passed on, from start to end"),
    ),
    _between_accounts(
        "ACTS_WITH",
        "Two accounts act together: as many messages of the start are near one of the end.",
        prop("weight", "float", "messages of the start that count; never coordination by itself"),
        prop("weight_half", "float", "the same within half the window"),
        prop("weight_double", "float", "the same within twice the window"),
        prop("fast_weight", "float", "the same within the fast window"),
        prop("n", "integer", "different keys both used within the window: what the p value counts"),
        prop("shift_p", "float", "probability of as much or more when the start's times are shifted circularly"),
        prop("periods", "integer", "in how many of the rolling periods the edge is found"),
        OTHERS,
        prop("message_at", "list<float>", "when each of the message_ids was sent, seconds since 1970 (UTC)"),
    ),
    _between_accounts(
        "MIRRORS",
        "One account mirrors another: from the clone to its source. A clone passes its source no country.",
        prop("weight", "float", "nats for the verdict, all features together after their limits"),
        prop("p", "float", "probability of the verdict"),
        prop("prior", "float", "its prior probability"),
        prop("n", "integer", "posts copied"),
        prop("copied_share", "float", "share of the start's posts that are copies, 0..1"),
        prop("features", "list<string>", "features that were weighed"),
        prop("nats", "list<float>", "what each of them adds, after its limit"),
        prop("values", "list<string>", "what was compared, for people"),
        prop("reasons", "list<string>", "why this verdict and this direction"),
        OTHERS,
    ),
    RelationshipType(
        "MEMBER_OF",
        "The account belongs to the cluster.",
        (("Account", "Cluster"),),
        (
            RUN,
            prop("role", "string", "initiator, amplifier, bridge, member"),
            prop("stability", "float", "share of 20 seeds in which the account stays with the cluster's core, 0..1"),
        ),
        identity=("run",),
    ),
)
