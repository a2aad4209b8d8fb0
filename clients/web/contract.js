#!/usr/bin/env node
// protoc's plugin of the page: hands protoc-gen-es only what the page calls, reads or writes, for the descriptions
// are a large part of the first load. Methods that no source calls are left out, with the messages that only they
// have; so are options, comments, and fields that no source names. What only calls need, once a person does something, stands in files of its own
// (`report_calls_pb`), which src/lib/calls.ts has: the first load is what the picture is made of.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CodeGeneratorRequestSchema, FileDescriptorProtoSchema, ServiceDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const LARGEST = 1 << 26;
const folder = fileURLToPath(new URL('./src', import.meta.url));
const sources = readdirSync(folder, { recursive: true })
  .filter((name) => /\.(ts|svelte)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const called = new Set(Array.from(sources.matchAll(/\.(\w+)\(/g), ([, name]) => name[0].toUpperCase() + name.slice(1)));
// `Report_StateSchema` names `Report`.
const named = new Set(Array.from(sources.matchAll(/\b[A-Z]\w+/g), ([word]) => word.replace(/Schema$/, '').split('_')[0]));
const words = new Set(sources.match(/\w+/g));

/** Who is in front of the page, and what they see: from the start. */
const FIRST_METHODS = ['WhoAmI', 'Watch'];

const request = fromBinary(CodeGeneratorRequestSchema, readFileSync(0));
const files = request.protoFile.filter((file) => request.fileToGenerate.includes(file.name));
const packages = [...new Set(request.protoFile.map((file) => file.package))];
/** Types that stand in no other, by full name. */
const home = new Map();
for (const file of request.protoFile) {
  for (const type of [...file.messageType, ...file.enumType]) home.set(`${file.package}.${type.name}`, { file, type });
}

/** Of `.samsyn.v1.Report.State` the one that stands in no other: `samsyn.v1.Report`. */
function outermost(type) {
  const its = packages.find((one) => type.startsWith(`.${one}.`));
  return `${its}.${type.slice(its.length + 2).split('.')[0]}`;
}

function references(message) {
  return [
    ...message.field.filter((field) => field.typeName).map((field) => outermost(field.typeName)),
    ...message.nestedType.flatMap(references),
  ];
}

const ofMethod = ({ inputType, outputType }) => [outermost(inputType), outermost(outputType)];
const kept = new Set();

function keep(name) {
  if (kept.has(name)) return;
  kept.add(name);
  const { type } = home.get(name);
  if ('field' in type) references(type).forEach(keep);
}

function forgetOptions(message) {
  for (const field of message.field) field.options = undefined;
  message.nestedType.forEach(forgetOptions);
}

/** A field that no source names is neither read nor written here; in what is kept and passed on it stays as it came. */
function forgetUnnamed(message) {
  message.field = message.field.filter(({ jsonName }) => words.has(jsonName));
  message.nestedType.forEach(forgetUnnamed);
}

for (const file of files) file.messageType.forEach(forgetUnnamed);
for (const file of files) {
  for (const service of file.service) {
    service.method = service.method.filter(({ name }) => called.has(name) || FIRST_METHODS.includes(name));
    service.method.flatMap(ofMethod).forEach(keep);
  }
  file.service = file.service.filter((service) => service.method.length > 0);
  for (const type of [...file.messageType, ...file.enumType]) if (named.has(type.name)) keep(`${file.package}.${type.name}`);
}
/** Everything that one of these types is made of. */
function closure(names, found = new Set()) {
  for (const name of names.filter((one) => !found.has(one))) {
    found.add(name);
    const { type } = home.get(name);
    if ('field' in type) closure(references(type), found);
  }
  return found;
}

const isFirst = ({ name }) => FIRST_METHODS.includes(name);
const first = closure([
  'samsyn.v1.Entity',
  ...files.flatMap((file) => file.service.flatMap(({ method }) => method.filter(isFirst).flatMap(ofMethod))),
]);

/** The services of a file with some of their methods only. */
function withMethods(services, which) {
  return services
    .map(({ name, method }) => create(ServiceDescriptorProtoSchema, { name, method: method.filter(which) }))
    .filter(({ method }) => method.length > 0);
}

/** Moves what only calls need out of a file, into one that stands on it. */
function callsOf(file) {
  const isOfCalls = (type) => !first.has(`${file.package}.${type.name}`);
  const calls = create(FileDescriptorProtoSchema, {
    name: file.name.replace(/\.proto$/, '_calls.proto'), package: file.package, syntax: file.syntax,
    dependency: [...file.dependency, file.name],
    messageType: file.messageType.filter(isOfCalls), enumType: file.enumType.filter(isOfCalls),
    service: withMethods(file.service, (method) => !isFirst(method)),
  });
  file.messageType = file.messageType.filter((type) => !isOfCalls(type));
  file.enumType = file.enumType.filter((type) => !isOfCalls(type));
  file.service = withMethods(file.service, isFirst);
  return calls;
}

for (const file of files) {
  const isKept = (type) => kept.has(`${file.package}.${type.name}`);
  file.messageType = file.messageType.filter(isKept);
  file.enumType = file.enumType.filter(isKept);
}
const protoFile = request.protoFile.flatMap((file) =>
  files.includes(file) && file.service.some(({ method }) => !method.every(isFirst)) ? [file, callsOf(file)] : [file]);
for (const file of protoFile) {
  for (const type of [...file.messageType, ...file.enumType]) home.set(`${file.package}.${type.name}`, { file, type });
}
const generated = protoFile.filter((file) => files.includes(file) || file.name.endsWith('_calls.proto'));
for (const file of generated) {
  file.messageType.forEach(forgetOptions);
  file.sourceCodeInfo = undefined;
  file.options = undefined;
  const used = [...file.messageType.flatMap(references), ...file.service.flatMap(({ method }) => method.flatMap(ofMethod))];
  const needed = new Set(used.map((name) => home.get(name).file.name));
  file.dependency = file.dependency.filter((name) => needed.has(name));
}

const changed = toBinary(CodeGeneratorRequestSchema, {
  ...request, protoFile, fileToGenerate: generated.map((file) => file.name), sourceFileDescriptors: [],
});
process.stdout.write(execFileSync('protoc-gen-es', [], { input: changed, maxBuffer: LARGEST }));
