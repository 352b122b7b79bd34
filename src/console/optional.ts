/** `exactOptionalPropertyTypes`: what is not known is not there. `{...optional('owner', owner)}` */
export const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [name in Name]?: Value };
