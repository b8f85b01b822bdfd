package dev.sinter.merger.fuse;

import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Python distributions of one packages directory (PEP 376, PEP 566, and the older egg-info), and which of its
 * top-level names belong to which.
 */
final class Distributions {

    private static final Pattern INFO = Pattern.compile("(.+?)-([^-/]+?)(?:-py3\\.\\d+)?\\.(dist-info|egg-info)");
    private static final Pattern REQUIRES = Pattern.compile("(?m)^Requires-Dist:\\s*([A-Za-z0-9][A-Za-z0-9._-]*)");
    private static final Pattern NAME = Pattern.compile("(?m)^Name:\\s*(\\S+)");
    private static final Pattern VERSION = Pattern.compile("(?m)^Version:\\s*(\\S+)");
    private static final Pattern OLD_REQUIRES = Pattern.compile("(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)");

    /** @param topLevels names directly below the packages directory, its own metadata among them */
    record Distribution(String name, String version, Set<String> topLevels, Set<String> requires) {}

    private final SortedMap<String, Distribution> byName = new TreeMap<>();

    private Distributions() {}

    /** @param site path of the packages directory, without leading slash */
    static Distributions of(FileTree tree, String site) {
        Distributions all = new Distributions();
        Set<String> entries = new TreeSet<>();
        for (FileNode node : tree.under(site)) {
            String rest = node.path().substring(site.length() + 1);
            entries.add(rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest);
        }
        for (String entry : entries) {
            Matcher info = INFO.matcher(entry);
            if (info.matches()) {
                all.add(tree, site, entry, info, entries);
            }
        }
        return all;
    }

    /** The name of the metadata directory or file of each distribution, by the distribution's normalised name. */
    static Map<String, String> metadata(Collection<FileNode> nodes, String site) {
        Map<String, String> metadata = new TreeMap<>();
        for (FileNode node : nodes) {
            String entry = PythonPaths.topLevel(node.path(), site);
            Matcher info = INFO.matcher(entry);
            if (info.matches()) {
                metadata.put(normal(info.group(1)), entry);
            }
        }
        return metadata;
    }

    private void add(FileTree tree, String site, String entry, Matcher info, Set<String> entries) {
        String directory = site + "/" + entry;
        String metadata =
                head(tree, directory + "/METADATA") + head(tree, directory + "/PKG-INFO") + head(tree, directory);
        String name = normal(first(NAME, metadata, info.group(1)));
        String version = first(VERSION, metadata, info.group(2));
        Set<String> tops = new TreeSet<>(Set.of(entry));
        String listed = head(tree, directory + "/RECORD") + "\n" + head(tree, directory + "/top_level.txt");
        for (String line : listed.split("\n", -1)) {
            String top = line.strip();
            for (String candidate : List.of(top, top + ".py")) {
                if (!top.isEmpty() && entries.contains(candidate) && !candidate.equals("__pycache__")) {
                    tops.add(candidate);
                }
            }
        }
        if (tops.size() == 1) {
            // Nothing says what it holds: what is named like it.
            String guess = name.replace('-', '_');
            entries.stream()
                    .filter(e -> e.equalsIgnoreCase(guess) || e.equalsIgnoreCase(guess + ".py"))
                    .forEach(tops::add);
        }
        Set<String> requires = new HashSet<>();
        all(REQUIRES, metadata, requires);
        all(OLD_REQUIRES, head(tree, directory + "/requires.txt"), requires);
        byName.put(name, new Distribution(name, version, tops, requires));
    }

    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        byName.forEach((name, distribution) -> versions.put(name, distribution.version()));
        return versions;
    }

    Collection<Distribution> all() {
        return byName.values();
    }

    /** The names with everything that is, or needs, a distribution that owns one of them. */
    Set<String> closure(Set<String> topLevels) {
        Set<String> closed = new TreeSet<>(topLevels);
        Set<String> names = new HashSet<>();
        Deque<Distribution> todo = new ArrayDeque<>();
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Distribution distribution : byName.values()) {
                boolean touched = distribution.topLevels().stream().anyMatch(closed::contains)
                        || distribution.requires().stream().anyMatch(names::contains);
                if (touched && names.add(distribution.name())) {
                    todo.add(distribution);
                }
            }
            while (!todo.isEmpty()) {
                grown = true;
                closed.addAll(todo.removeFirst().topLevels());
            }
        }
        return closed;
    }

    /** The distributions that own one of the names, as {@code name version}. */
    List<String> owners(Set<String> topLevels) {
        List<String> owners = new ArrayList<>();
        for (Distribution distribution : byName.values()) {
            if (distribution.topLevels().stream().anyMatch(topLevels::contains)) {
                owners.add(distribution.name() + " " + distribution.version());
            }
        }
        return owners;
    }

    private static String head(FileTree tree, String path) {
        FileNode node = tree.get(path);
        return node == null || node.head() == null ? "" : node.head();
    }

    private static String first(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static void all(Pattern pattern, String text, Set<String> names) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(normal(matcher.group(1)));
        }
    }

    /** PEP 503. */
    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }
}
