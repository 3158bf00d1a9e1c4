/** A value that exists once in each world, such as a queue or cache that several services share. It is made when it is first asked for. */
export function perWorld(make) {
    const made = new WeakMap();
    return (world) => {
        let value = made.get(world);
        if (value === undefined) {
            value = make(world);
            made.set(world, value);
        }
        return value;
    };
}
