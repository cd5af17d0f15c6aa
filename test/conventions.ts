import { basename, dirname } from "node:path";

import ts from "typescript";

const COMPONENTS = "components/";

/** Rules 5, 10 to 12, 20, 23 and 46 of the style, for one file under `components/`. */
export function conventionMistakes(
  path: string,
  source: string,
  exists: (path: string) => boolean,
): readonly string[] {
  const mistakes = isComponent(path)
    ? [...mirroredTest(path, exists), ...componentMistakes(path, parsed(path, source))]
    : pureMistakes(source);
  return mistakes.map((mistake) => `${path}: ${mistake}`);
}

function isComponent(path: string): boolean {
  return /^[A-Z]/.test(basename(path));
}

function mirroredTest(path: string, exists: (path: string) => boolean): readonly string[] {
  const test = `test/${path.replace(/\.ts$/, ".test.ts")}`;
  return exists(test) ? [] : [`has no ${test}`];
}

function pureMistakes(source: string): readonly string[] {
  return /\bfrom "@pulumi\//.test(source) ? ["a pure file imports @pulumi/*"] : [];
}

function parsed(path: string, source: string): ts.SourceFile {
  return ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
}

function componentMistakes(path: string, file: ts.SourceFile): readonly string[] {
  const name = basename(path, ".ts");
  const exported = exportedNames(file);
  const own = file.statements.find(
    (each): each is ts.ClassDeclaration => ts.isClassDeclaration(each) && each.name?.text === name,
  );
  if (exported.join() !== name || own === undefined)
    return [`exports ${exported.join(", ") || "nothing"}, not the class ${name} alone`];
  const constructor = own.members.find(ts.isConstructorDeclaration);
  const statements = [...(constructor?.body?.statements ?? [])].map((each) => each.getText());
  const folder = dirname(path).slice(COMPONENTS.length);
  const start = `super("dagster-platform:${folder}:${name}", name, {}, opts);`;
  return [
    ...(statements[0] === start ? [] : [`the constructor does not begin with ${start}`]),
    ...(/^this\.registerOutputs\(/.test(statements.at(-1) ?? "")
      ? []
      : ["the constructor does not end with this.registerOutputs"]),
    ...resources(file).flatMap((resource) => childMistakes(resource, file)),
  ];
}

/** Without interfaces and types: those of the arguments stand beside the class. */
function exportedNames(file: ts.SourceFile): readonly string[] {
  return file.statements
    .filter((each) => !ts.isInterfaceDeclaration(each) && !ts.isTypeAliasDeclaration(each))
    .filter((each) => /^export\b/.test(each.getText()))
    .map((each) => (ts.isClassDeclaration(each) ? each.name?.text : undefined) ?? each.getText());
}

/** `new k8s.core.v1.Secret(…)`: of a package, and so a resource. */
function resources(file: ts.SourceFile): readonly ts.NewExpression[] {
  const found: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isPropertyAccessExpression(node.expression))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function childMistakes(resource: ts.NewExpression, file: ts.SourceFile): readonly string[] {
  const type = resource.expression.getText();
  const [name, , opts] = resource.arguments ?? [];
  const child = name?.getText() ?? "";
  return [
    ...(/^`\$\{name\}-/.test(child) ? [] : [`${type} is called ${child}, not \`\${name}-<role>\``]),
    ...(opts !== undefined && hasParent(opts, file)
      ? []
      : [`${type} ${child} has no parent: this`]),
  ];
}

/** `{ parent: this }`, or something that has the value of a constant which is that. */
function hasParent(opts: ts.Expression, file: ts.SourceFile): boolean {
  const text = opts.getText();
  if (/\bparent: this\b/.test(text)) return true;
  const constant = /^(?:\{ *\.\.\.)?(\w+)/.exec(text)?.[1] ?? "";
  return new RegExp(`const ${constant} = \\{ parent: this\\b`).test(file.getText());
}
