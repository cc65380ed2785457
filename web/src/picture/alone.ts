/** Nothing but `element` can be reached, save what is matched by `save`. @returns how to give the rest back */
export function reachOnly(element: Element, save: string): () => void {
  const aside: HTMLElement[] = [];
  for (let at: Element = element; at.parentElement && at !== document.body; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      if (other === at || !(other instanceof HTMLElement) || other.inert || other.matches(save)) continue;
      other.inert = true;
      aside.push(other);
    }
  }
  return () => aside.forEach((other) => (other.inert = false));
}
