/** Name of the plugin that `SWAGGER_PLUGIN` declares. */
export const SWAGGER_PLUGIN_NAME = "ResolveReferenced";

/**
 * Script of a plugin of Swagger UI, which otherwise reads the whole document again for the list of security schemes and for each operation
 * that a user opens, several seconds each on a slow machine. The plugin passes on a document with only the requested part and the
 * components to which that part refers.
 */
export const SWAGGER_PLUGIN = `
    <script>
      function ${SWAGGER_PLUGIN_NAME}({ fn }) {
        const { resolveSubtree } = fn;
        return {
          fn: {
            resolveSubtree: (document, path, options) => resolveSubtree(reduce(document, path), path, options),
          },
        };
      }

      function reduce({ paths, components, ...rest }, [root, name]) {
        const part = root === "paths" ? paths[name] : components[name];
        const reduced = { paths: {}, components: {} };
        const add = (kind, key) => ((reduced.components[kind] ??= {})[key] = components[kind][key]);
        const collect = (value) => {
          if (typeof value !== "object" || value === null) return;
          const [, kind, key] = /^#\\/components\\/(\\w+)\\/([^/]+)$/.exec(value.$ref) ?? [];
          if (kind && !reduced.components[kind]?.[key]) collect(add(kind, key));
          Object.values(value).forEach(collect);
        };
        reduced[root][name] = part;
        collect(part);
        return { ...rest, ...reduced };
      }
    </script>`;
