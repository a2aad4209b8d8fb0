#!/usr/bin/python3
"""Every part of the contract says what it is: tests/contract/documented.py ROOT BUILD_DIR

Every service, method, message, enum, value and field of samsyn.v1 has a comment. A field's comment begins
with Required, Optional, Output only or Immutable, and google.api.field_behavior says the same. (Members
of a oneof without a behaviour only need the comment.)
"""
import os
import subprocess
import sys

from google.protobuf import descriptor_pb2

# Numbers from descriptor.proto: the path of an element is made of them.
FILE_MESSAGE, FILE_ENUM, FILE_SERVICE = 4, 5, 6
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM = 2, 3, 4
ENUM_VALUE, SERVICE_METHOD = 2, 2

WORDS = {"Required.": "REQUIRED", "Optional.": "OPTIONAL", "Output only.": "OUTPUT_ONLY",
         "Immutable.": "IMMUTABLE"}


def describe(root, build_dir):
    """The contract with its comments, and the extension that holds the behaviour."""
    out = os.path.join(build_dir, "documented")
    os.makedirs(out, exist_ok=True)
    proto = os.path.join(root, "proto")
    folder = os.path.join(proto, "samsyn", "v1")
    files = sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".proto"))
    contract = os.path.join(out, "contract.bin")
    subprocess.run(["protoc", "-I", proto, "--include_source_info", "--include_imports",
                    "--descriptor_set_out=" + contract] + files, check=True)
    subprocess.run(["protoc", "-I", proto, "--python_out=" + out,
                    os.path.join(proto, "google", "api", "field_behavior.proto")], check=True)
    import google
    google.__path__.append(os.path.join(out, "google"))
    from google.api import field_behavior_pb2
    with open(contract, "rb") as f:
        return descriptor_pb2.FileDescriptorSet.FromString(f.read()), field_behavior_pb2


class Checker:
    def __init__(self, behaviours):
        self.behaviours = behaviours
        self.faults = []
        self.fields = 0
        self.parts = 0

    def file(self, file):
        self.place = file.name
        self.where = {tuple(l.path): l for l in file.source_code_info.location}
        for i, message in enumerate(file.message_type):
            self.message(message, (FILE_MESSAGE, i), message.name)
        for i, enum in enumerate(file.enum_type):
            self.enum(enum, (FILE_ENUM, i), enum.name)
        for i, service in enumerate(file.service):
            self.commented((FILE_SERVICE, i), service.name)
            for j, method in enumerate(service.method):
                self.commented((FILE_SERVICE, i, SERVICE_METHOD, j), service.name + "." + method.name)

    def message(self, message, path, name):
        self.commented(path, name)
        for i, field in enumerate(message.field):
            self.field(field, path + (MESSAGE_FIELD, i), name + "." + field.name)
        for i, nested in enumerate(message.nested_type):
            if not nested.options.map_entry:
                self.message(nested, path + (MESSAGE_NESTED, i), name + "." + nested.name)
        for i, enum in enumerate(message.enum_type):
            self.enum(enum, path + (MESSAGE_ENUM, i), name + "." + enum.name)

    def enum(self, enum, path, name):
        self.commented(path, name)
        for i, value in enumerate(enum.value):
            self.commented(path + (ENUM_VALUE, i), name + "." + value.name)

    def field(self, field, path, name):
        self.fields += 1
        comment = self.commented(path, name)
        names = [self.behaviours.FieldBehavior.Name(b)
                 for b in field.options.Extensions[self.behaviours.field_behavior]]
        in_oneof = field.HasField("oneof_index") and not field.proto3_optional
        if in_oneof and not names:
            return
        said = [b for word, b in WORDS.items() if comment.startswith(word)]
        if not said:
            self.fault(path, name, "its comment does not begin with " + ", ".join(WORDS))
        elif names != said:
            self.fault(path, name, "the comment says %s, field_behavior %s"
                       % (said[0], ", ".join(names) or "nothing"))

    def commented(self, path, name):
        self.parts += 1
        comment = self.where[path].leading_comments.strip()
        if not comment:
            self.fault(path, name, "no comment")
        return comment

    def fault(self, path, name, what):
        self.faults.append("proto/%s:%d: %s: %s" % (self.place, self.where[path].span[0] + 1, name, what))


def main():
    files, behaviours = describe(sys.argv[1], sys.argv[2])
    checker = Checker(behaviours)
    for file in files.file:
        if file.package == "samsyn.v1":
            # Parsed again, now that the extension is known.
            checker.file(descriptor_pb2.FileDescriptorProto.FromString(file.SerializeToString()))
    for fault in checker.faults:
        print(fault)
    print("%d parts, of them %d fields; %d faults" % (checker.parts, checker.fields, len(checker.faults)))
    return 1 if checker.faults or not checker.fields else 0


if __name__ == "__main__":
    sys.exit(main())
