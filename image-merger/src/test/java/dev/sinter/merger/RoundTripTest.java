package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.tree.FileNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
            for (Member member : members) {
                try (Unpacked original = Unpacked.of(member.image(), directory)) {
                    assertThat(differences(original, fused, member.name())).isEmpty();
                }
            }
        }
    }

    /** A property that only ever saw refusals would hold for anything. */
    private static void outcome(String outcome) {
        Statistics.label("outcome")
                .collect(outcome)
                .coverage(coverage -> coverage.check("merged").percentage(share -> share > 25));
    }

    private static List<String> differences(Unpacked original, Unpacked fused, String name) {
        Map<String, String> moved = new TreeMap<>();
        for (JsonNode member : fused.plan().get("members")) {
            if (member.get("name").asText().equals(name)) {
                member.get("relocated")
                        .forEach(move -> moved.put(
                                move.get("from").asText().substring(1),
                                move.get("to").asText().substring(1)));
            }
        }
        List<String> differences = new ArrayList<>();
        for (FileNode node : original.tree().all()) {
            String path = node.path();
            String now = path;
            for (Map.Entry<String, String> move : moved.entrySet()) {
                if (path.equals(move.getKey()) || path.startsWith(move.getKey() + "/")) {
                    now = move.getValue() + path.substring(move.getKey().length());
                }
            }
            FileNode there = fused.tree().get(now);
            boolean volatileFile = path.startsWith("tmp/") || path.equals("tmp");
            // A link into code that moved leads to where it is now.
            boolean rewritten = node.isSymlink() && !moved.isEmpty() && there != null && there.isSymlink();
            if (there == null || (!there.sameAs(node) && !volatileFile && !rewritten)) {
                differences.add(name + ": /" + path + " at /" + now);
            }
        }
        return differences;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("sinter-round-trip");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
