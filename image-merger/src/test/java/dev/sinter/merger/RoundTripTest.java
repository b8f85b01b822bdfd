package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.statistics.Statistics;

/**
 * Whatever two images hold: either their merge is refused, or in the fused image every file of both is, at the path that
 * the plan tells, what it was.
 */
final class RoundTripTest {

    private final Path directory = temporary();

    @AfterProperty
    void clean() throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 60)
    void everyMemberFindsItsFilesUnchanged(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TestImage base = TestImage.from(TestImage.python()).layer(HostileLayers.random(random, 6));
        Map<String, TestImage> images = new TreeMap<>();
        for (String name : List.of("a", "b", "c").subList(0, random.nextInt(2, 4))) {
            TestImage image = TestImage.from(base);
            for (int layers = random.nextInt(1, 4); layers > 0; layers--) {
                image.layer(HostileLayers.random(random, 5));
            }
            images.put(name, image.layer(new Tar().file("app/app.py", "import flask" + " ".repeat(random.nextInt(9)))));
        }
        Path in = TestImage.archive(directory.resolve("in.tar"), images);
        Path out = directory.resolve("out.tar");
        List<Member> members = images.keySet().stream()
                .map(name -> new Member(name, "docker-archive:" + in + ":" + name, Overrides.NONE, null))
                .toList();
        try {
            new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                    .merge(
                            new MergeRequest("g", members, List.of(), Tier.IN_PROCESS),
                            "docker-archive:" + out,
                            MergeProgress.NONE);
        } catch (MergeException refused) {
            assertThat(refused.problem()).isIn(MergeProblem.TIER_NOT_REACHED, MergeProblem.BAD_LINK);
            outcome("refused");
            return;
        }
        outcome("merged");
        try (Unpacked fused = Unpacked.of("docker-archive:" + out, directory)) {
            Map<String, FileTree> originals = new TreeMap<>();
            for (Member member : members) {
                try (Unpacked original = Unpacked.of(member.image(), directory)) {
                    originals.put(member.name(), original.tree());
                }
            }
            originals.forEach((name, original) -> {
                View view = new View(original, fused, name);
                assertThat(view.differences()).isEmpty();
                assertThat(view.timesOfNobody(originals.values())).isEmpty();
                assertThat(view.linked(fused.tree())).isEqualTo(view.linked(original));
            });
        }
    }

    /** A property that only ever saw refusals would hold for anything. */
    private static void outcome(String outcome) {
        Statistics.label("outcome")
                .collect(outcome)
                .coverage(coverage -> coverage.check("merged").percentage(share -> share > 25));
    }

    /** Where one member's files are in the fused image. */
    private static final class View {

        private final FileTree original;
        private final Unpacked fused;
        private final String name;
        private final Map<String, String> moved = new TreeMap<>();

        View(FileTree original, Unpacked fused, String name) {
            this.original = original;
            this.fused = fused;
            this.name = name;
            for (JsonNode member : fused.plan().get("members")) {
                if (member.get("name").asText().equals(name)) {
                    member.get("relocated")
                            .forEach(move -> moved.put(
                                    move.get("from").asText().substring(1),
                                    move.get("to").asText().substring(1)));
                }
            }
        }

        private String now(String path) {
            for (Map.Entry<String, String> move : moved.entrySet()) {
                if (path.equals(move.getKey()) || path.startsWith(move.getKey() + "/")) {
                    return move.getValue() + path.substring(move.getKey().length());
                }
            }
            return path;
        }

        List<String> differences() {
            List<String> differences = new ArrayList<>();
            for (FileNode node : original.all()) {
                FileNode there = fused.tree().get(now(node.path()));
                // A link into code that moved leads to where it is now.
                boolean rewritten = node.isSymlink() && !moved.isEmpty() && there != null && there.isSymlink();
                if (there == null || (!there.sameAs(node) && !isVolatile(node.path()) && !rewritten)) {
                    differences.add(name + ": /" + node.path() + " at /" + now(node.path()));
                }
            }
            return differences;
        }

        /** What several members have alike, or link to the same file, has the time that one of them gives it. */
        List<String> timesOfNobody(Collection<FileTree> members) {
            List<String> differences = new ArrayList<>();
            for (FileNode node : original.all()) {
                FileNode there = fused.tree().get(now(node.path()));
                if (there == null || isVolatile(node.path()) || sameTime(there, node)) {
                    continue;
                }
                boolean anothers = linked(original, node).stream()
                        .filter(path -> now(path).equals(path))
                        .flatMap(path -> members.stream().map(member -> member.get(path)))
                        .anyMatch(other -> other != null && other.sameAs(node) && sameTime(other, there));
                if (!anothers) {
                    differences.add(name + ": /" + node.path());
                }
            }
            return differences;
        }

        /** Sets of the member's paths that are names of one file. */
        Set<Set<String>> linked(FileTree tree) {
            Map<FileNode.File, Set<String>> names = new HashMap<>();
            for (FileNode node : original.all()) {
                FileNode there = tree.get(tree == original ? node.path() : now(node.path()));
                if (there != null && node.isFile() && !isVolatile(node.path())) {
                    names.computeIfAbsent(there.file(), file -> new TreeSet<>()).add(node.path());
                }
            }
            return Set.copyOf(names.values());
        }

        private static Set<String> linked(FileTree tree, FileNode node) {
            Set<String> names = new TreeSet<>(Set.of(node.path()));
            for (FileNode other : tree.all()) {
                if (other.isFile() && other.file().equals(node.file())) {
                    names.add(other.path());
                }
            }
            return names;
        }

        private static boolean sameTime(FileNode a, FileNode b) {
            return a.entry().mtimeSeconds() == b.entry().mtimeSeconds()
                    && a.entry().mtimeNanos() == b.entry().mtimeNanos();
        }

        private static boolean isVolatile(String path) {
            return path.startsWith("tmp/") || path.equals("tmp");
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("sinter-round-trip");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
