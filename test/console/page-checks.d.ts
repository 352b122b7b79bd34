/** Run inside a page, where the DOM is; the rest of the project is typed without one. */
export function lowContrast(): string[];
export function nameless(): string[];
