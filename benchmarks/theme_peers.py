"""Peers on the same embeddings, as good as their usual settings allow."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans

from benchmarks.theme_data import Inquiry
from pipeline.steps.themes.texts import Vectors

# Read by umap and hdbscan at import: their notes on threads and versions are not about these figures.
warnings.filterwarnings("ignore", module="umap|hdbscan|sklearn|numba")


def vectors_of(inquiry: Inquiry) -> NDArray[np.float32]:
    """The statements' vectors, as embedded."""
    return Vectors(inquiry.embeddings).of("text", inquiry.statements["statement_id"].tolist())


def average_linkage_centred(inquiry: Inquiry, threshold: float) -> Sequence[int]:
    """The baseline: average linkage on cosines centred per candidate."""
    vectors = vectors_of(inquiry)
    away = vectors - vectors.mean(axis=0)
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    if len(away) < 2:
        return [0] * len(away)
    found: list[int] = fcluster(linkage(away, "average", metric="cosine"), 1 - threshold, "distance").tolist()
    return found


def umap_kmeans(inquiry: Inquiry, share: float) -> Sequence[int]:
    """Embeddings, UMAP to two dimensions, k-means with ``share`` times n clusters (the truth is not told)."""
    from umap import UMAP

    vectors = vectors_of(inquiry)
    k = max(2, round(share * len(vectors)))
    flat = UMAP(n_components=2, n_neighbors=min(15, len(vectors) - 1), metric="cosine", random_state=0)
    found: list[int] = KMeans(k, random_state=0, n_init=10).fit_predict(flat.fit_transform(vectors)).tolist()
    return found


def bertopic(inquiry: Inquiry, smallest: int = 2) -> Sequence[int]:
    """BERTopic on the same vectors and the same tokens; its outliers stand alone."""
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    vectors = vectors_of(inquiry)
    documents = [" ".join(token.surface for token in tokens) for tokens in inquiry.tokens.text]
    model = BERTopic(
        embedding_model=None,
        umap_model=UMAP(
            n_components=5,
            n_neighbors=min(15, len(vectors) - 1),
            min_dist=0.0,
            metric="cosine",
            random_state=0,
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=smallest, min_samples=1),
        vectorizer_model=CountVectorizer(token_pattern=r"[^ ]+"),
    )
    topics, _ = model.fit_transform(documents, embeddings=vectors)
    return [topic if topic >= 0 else -1 - i for i, topic in enumerate(topics)]
