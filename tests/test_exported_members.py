"""What `import kg` offers is a promise; a change here is a line in the changelog."""

import kg

EXPORTED = ["BuildOptions", "KnowledgeGraph", "__version__", "build", "load", "same"]


def test_the_export_list() -> None:
    assert sorted(kg.__all__) == EXPORTED
    assert all(hasattr(kg, name) for name in EXPORTED)
