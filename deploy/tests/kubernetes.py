"""Holds manifests against the schemas of Kubernetes, with no property that these lack."""

import sys

import kubernetes_validate
import yaml

VERSION = "1.31"


def main(paths: list[str]) -> int:
    failed = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            documents = [document for document in yaml.safe_load_all(file) if document]
        for document in documents:
            name = f"{path}: {document['kind']} {document.get('metadata', {}).get('name', '')}"
            if document["kind"] == "Kustomization":
                missing = set(document["resources"]) - {p.rsplit("/", 1)[-1] for p in paths}
                failed += bool(missing)
                print(f"{name}: {'misses ' + ', '.join(missing) if missing else 'ok'}")
                continue
            try:
                kubernetes_validate.validate(document, VERSION, strict=True)
                print(f"{name}: ok")
            except kubernetes_validate.ValidationError as error:
                failed += 1
                print(f"{name}: {error.message}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
