// The client's calls take and give numbers only. Embind registers its other
// types all the same, and their converters would be a fifth of its script:
// registering nothing lets the linker drop them. A binding that needs one
// fails as the module starts, by name ("unbound types").
(() => {
  const nothing = {};
  for (const type of ['bigint', 'std_string', 'std_wstring', 'emval', 'memory_view']) {
    const name = `_embind_register_${type}`;
    nothing[name] = function() {};
    nothing[`${name}__deps`] = [];
  }
  mergeInto(LibraryManager.library, nothing);
})();
