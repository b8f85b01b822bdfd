package dev.sinter.merger.contract;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.ArrayList;
import java.util.List;

/** Where an interpreter loads packages from: CPython's {@code site} module, with Debian's changes. */
final class PythonSites {

    private PythonSites() {}

    static Launch.Python of(FileTree tree, String path, FileNode real, String version) {
        String name = "python" + version;
        String prefix = FileTree.parent(FileTree.parent(path));
        List<String> sites = new ArrayList<>();
        FileNode venv = tree.resolve(prefix + "/pyvenv.cfg");
        boolean system = true;
        if (venv != null) {
            sites.add(prefix + "/lib/" + name + "/site-packages");
            String config = venv.head() == null ? "" : venv.head().toLowerCase(java.util.Locale.ROOT);
            system = config.matches("(?s).*include-system-site-packages\\s*=\\s*true.*");
        }
        if (system) {
            String realPrefix = "/" + FileTree.parent(FileTree.parent(real.path()));
            boolean debian = tree.resolve("/usr/lib/python3/dist-packages") != null && realPrefix.equals("/usr");
            if (debian) {
                sites.add("/usr/local/lib/" + name + "/dist-packages");
                sites.add("/usr/lib/python3/dist-packages");
            } else {
                sites.add(realPrefix + "/lib/" + name + "/site-packages");
            }
        }
        List<String> present = new ArrayList<>();
        for (String site : sites) {
            FileNode node = tree.resolve(site);
            if (node != null && node.isDirectory()) {
                present.add("/" + node.path());
            }
        }
        return new Launch.Python(path, "/" + real.path(), version, List.copyOf(present));
    }
}
