/**
 * The notes of a release: what the changelog says under its version.
 * @throws RangeError when tag, package.json and changelog do not tell of the same version, or there is nothing to say
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new RangeError(`Expected the tag v${version} (package.json), got ${tag}`);
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.split('\n').slice(1).join('\n').trim();
  if (!notes)
    throw new RangeError(`Expected a section "## [${version}]" with text in CHANGELOG.md, found none`);
  return `${notes}\n`;
}
