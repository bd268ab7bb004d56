"""Says what a container of the Dockerfile, the manifests or the compose file runs, as variables of bash."""

import pathlib
import shlex
import sys

import yaml

DEPLOY = pathlib.Path(__file__).resolve().parent.parent


def dockerfile() -> dict[str, str]:
    """The instructions of the Dockerfile, by name; of those that come again the last one."""
    text = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split(None, 1) for line in lines)


def entrypoint() -> list[str]:
    return yaml.safe_load(dockerfile()["ENTRYPOINT"])


def manifests(name: str) -> list[dict]:
    text = (DEPLOY / "kubernetes" / name).read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


def probe(container: dict, name: str) -> str:
    """`PATH PORT` for HTTP, `PORT` for TCP; nothing where there is no such probe."""
    found = container.get(name)
    if found is None:
        return ""
    numbers = {port["name"]: port["containerPort"] for port in container["ports"]}
    if "httpGet" in found:
        return f"{found['httpGet']['path']} {numbers[found['httpGet']['port']]}"
    return str(numbers[found["tcpSocket"]["port"]])


def pod(name: str) -> dict[str, str | list[str]]:
    workload = manifests(name)[0]
    spec = workload["spec"]["template"]["spec"]
    container = spec["containers"][0]
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    mounts = []
    for mount in container["volumeMounts"]:
        kind = next(key for key in volumes[mount["name"]] if key != "name")
        access = "ro" if mount.get("readOnly") else "rw"
        mounts.append(f"{kind} {mount['name']} {mount['mountPath']} {access}")
    hook = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [])
    return {
        "command": container.get("command", entrypoint()) + container.get("args", []),
        "folder": container["workingDir"],
        "user": str(spec["securityContext"]["runAsUser"]),
        "root": "ro" if container["securityContext"]["readOnlyRootFilesystem"] else "rw",
        "mounts": mounts,
        "hook": hook,
        "links": "yes" if spec.get("enableServiceLinks", True) else "no",
        "grace": str(spec["terminationGracePeriodSeconds"]),
        "liveness": probe(container, "livenessProbe"),
        "readiness": probe(container, "readinessProbe"),
    }


def service(name: str) -> dict[str, str | list[str]]:
    found = yaml.safe_load((DEPLOY / "docker/compose.yaml").read_text(encoding="utf-8"))
    found = found["services"][name]
    mounts = []
    for volume in found["volumes"]:
        source, path = volume.split(":")
        mounts.append(f"volume {source} {path} rw")
    return {
        "command": entrypoint() + found["command"],
        "folder": dockerfile()["WORKDIR"],
        "user": dockerfile()["USER"].split(":")[0],
        "root": "rw",
        "mounts": mounts + ["volume secrets /run/secrets ro"],
        "health": found["healthcheck"]["test"][1:],
    }


def main(arguments: list[str]) -> None:
    match arguments:
        case ["image"]:
            values = {"run": dockerfile()["RUN"]}
        case ["pod", name]:
            values = pod(name)
        case ["service", name]:
            values = service(name)
        case ["configuration", folder]:
            for name, text in manifests("configuration.yaml")[0]["data"].items():
                pathlib.Path(folder, name).write_text(text, encoding="utf-8")
            return
        case _:
            sys.exit("usage: containers.py image | pod FILE | service NAME | configuration FOLDER")
    for name, value in values.items():
        print(f"{name}=({shlex.join(value)})" if isinstance(value, list) else f"{name}={shlex.quote(value)}")


if __name__ == "__main__":
    main(sys.argv[1:])
