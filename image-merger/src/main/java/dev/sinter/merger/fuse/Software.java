package dev.sinter.merger.fuse;

import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image has installed.
 *
 * @param distribution such as {@code Debian GNU/Linux 12 (bookworm)}, {@code none} if nothing says it
 * @param libc "glibc", "musl" or "none", with its version where a package tells
 * @param abi that extension modules of the function's interpreter are made for, such as {@code cpython-311-x86_64-linux-gnu}
 * @param packages version of each language package that the function's interpreter sees
 * @param systemPackages version of each package of the distribution
 * @param nativePackages language packages with extension modules, as {@code name version}
 */
public record Software(
        String distribution,
        String libc,
        @Nullable String abi,
        Map<String, String> packages,
        Map<String, String> systemPackages,
        List<String> nativePackages) {

    private static final Pattern PRETTY_NAME = Pattern.compile("(?m)^PRETTY_NAME=[\"']?([^\"'\n]*)");
    private static final Pattern EXTENSION = Pattern.compile(".*\\.(cpython-3\\d+t?-[\\w-]+)\\.so");

    public static Software of(MemberImage member) {
        FileTree tree = member.tree();
        Map<String, String> system = SystemPackages.of(tree);
        return new Software(
                distribution(tree),
                libc(tree, system),
                abi(tree, member.launch().python()),
                PackageVersions.of(member),
                system,
                nativePackages(tree, member.launch().python()));
    }

    private static String distribution(FileTree tree) {
        FileNode release = tree.resolve("/etc/os-release");
        Matcher name = PRETTY_NAME.matcher(release == null || release.head() == null ? "" : release.head());
        return name.find() ? name.group(1) : Libc.NONE;
    }

    private static String libc(FileTree tree, Map<String, String> system) {
        String libc = Libc.of(tree);
        String version = system.get(libc.equals("musl") ? "musl" : "libc6");
        return version == null || libc.equals(Libc.NONE) ? libc : libc + " " + version;
    }

    /** As the interpreter's own extension modules are named. */
    private static @Nullable String abi(FileTree tree, Launch.@Nullable Python python) {
        if (python == null) {
            return null;
        }
        String prefix = FileTree.parent(FileTree.parent(python.realPath().substring(1)));
        String modules = (prefix.isEmpty() ? "" : prefix + "/") + "lib/" + python.runtime() + "/lib-dynload";
        for (FileNode node : tree.under(modules)) {
            Matcher extension = EXTENSION.matcher(node.path());
            if (extension.matches()) {
                return extension.group(1);
            }
        }
        return null;
    }

    private static List<String> nativePackages(FileTree tree, Launch.@Nullable Python python) {
        TreeSet<String> found = new TreeSet<>();
        for (String site : python == null ? List.<String>of() : python.siteDirs()) {
            TreeSet<String> tops = new TreeSet<>();
            for (FileNode node : tree.under(site.substring(1))) {
                if (PythonPaths.isNative(node.path())) {
                    tops.add(PythonPaths.topLevel(node.path(), site.substring(1)));
                }
            }
            found.addAll(Distributions.of(tree, site.substring(1)).owners(tops));
        }
        return List.copyOf(found);
    }
}
