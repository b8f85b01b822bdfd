package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A second opinion on the round trip: {@code buildah} (Debian) unpacks the members' images and the fused one, and their
 * real files are compared. In none of the seeds do members differ in nothing but a file's time, of which one is kept.
 */
final class RealUnpackIT {

    private static final LinkOption[] LINKS = {LinkOption.NOFOLLOW_LINKS};

    @TempDir
    Path directory = Path.of("");

    private List<String> buildah = List.of();

    @BeforeEach
    void tool() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/buildah"))) {
            call(List.of("apt-get", "update", "-q"));
            call(List.of("apt-get", "install", "-y", "-q", "--no-install-recommends", "buildah"));
        }
        buildah = List.of(
                "buildah",
                "--root=" + directory.resolve("storage"),
                "--runroot=" + directory.resolve("run"),
                "--storage-driver=vfs");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        call(Stream.concat(buildah.stream(), Stream.of("rm", "--all")).toList());
        // JUnit would warn of every link in it that leads elsewhere.
        call(List.of("rm", "-rf", directory.resolve("storage").toString()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyMembersFilesAreInTheFusedImageWhatTheyWere(long seed) throws IOException, InterruptedException {
        Random random = new Random(seed);
        TestLayout layout = new TestLayout(directory.resolve("in"));
        List<Member> members = new ArrayList<>();
        String target = "oci:" + directory.resolve("out") + ":v1";
        for (int attempt = 0; !merged(members, target); attempt++) {
            assertThat(attempt).as("merges refused").isLessThan(20);
            members.clear();
            TestImage base = TestImage.from(TestImage.python()).layer(HostileLayers.random(random, 6));
            for (String name : List.of("a", "b", "c")) {
                TestImage image = TestImage.from(base)
                        .layer(HostileLayers.random(random, 6))
                        .layer(HostileLayers.random(random, 6))
                        .layer(new Tar().file("app/app.py", "import flask # " + name));
                members.add(new Member(name, layout.tag(name + attempt, layout.image(image)), Overrides.NONE, null));
            }
        }
        Path fused = unpacked(target);
        for (Member member : members) {
            assertThat(differences(unpacked(member.image()), fused, member.name()))
                    .isEmpty();
        }
    }

    private boolean merged(List<Member> members, String target) {
        if (members.isEmpty()) {
            return false;
        }
        try {
            new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                    .merge(new MergeRequest("g", members, List.of(), Tier.IN_PROCESS), target, MergeProgress.NONE);
            return true;
        } catch (MergeException refused) {
            assertThat(refused.problem()).isIn(MergeProblem.TIER_NOT_REACHED, MergeProblem.BAD_LINK);
            return false;
        }
    }

    private static List<String> differences(Path original, Path fused, String name) throws IOException {
        Map<String, String> moved = new TreeMap<>();
        for (var member : Json.read(Files.readAllBytes(fused.resolve(".sinter/plan.json")), "plan")
                .get("members")) {
            if (member.get("name").asText().equals(name)) {
                for (var move : member.get("relocated")) {
                    moved.put(
                            move.get("from").asText().substring(1),
                            move.get("to").asText().substring(1));
                }
            }
        }
        List<String> differences = new ArrayList<>();
        Map<Object, Object> inodes = new HashMap<>();
        Map<Object, Object> inodesBack = new HashMap<>();
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                String path = original.relativize(file).toString();
                String now = path;
                for (Map.Entry<String, String> move : moved.entrySet()) {
                    if (path.equals(move.getKey()) || path.startsWith(move.getKey() + "/")) {
                        now = move.getValue() + path.substring(move.getKey().length());
                    }
                }
                boolean volatilePath = path.isEmpty() || path.equals("tmp") || path.startsWith("tmp/");
                boolean rewritten = Files.isSymbolicLink(file) && !moved.isEmpty();
                if (volatilePath || rewritten) {
                    continue;
                }
                String was = describe(file);
                String is = describe(fused.resolve(now));
                if (!was.equals(is)) {
                    differences.add(name + ": /" + path + " was " + was + ", /" + now + " is " + is);
                } else if (Files.isRegularFile(file, LINKS)) {
                    Object inode = Files.getAttribute(file, "unix:ino", LINKS);
                    Object inodeNow = Files.getAttribute(fused.resolve(now), "unix:ino", LINKS);
                    Object before = inodes.putIfAbsent(inode, inodeNow);
                    Object back = inodesBack.putIfAbsent(inodeNow, inode);
                    if ((before != null && !before.equals(inodeNow)) || (back != null && !back.equals(inode))) {
                        differences.add(
                                name + ": /" + path + ", /" + now + " is one file with other names than before");
                    }
                }
            }
        }
        return differences;
    }

    /** Kind, permissions, owner, time, attributes and content; an engine sets a directory's time anew. */
    private static String describe(Path file) throws IOException {
        if (!Files.exists(file, LINKS)) {
            return "missing";
        }
        Map<String, Object> unix = Files.readAttributes(file, "unix:mode,uid,gid", LINKS);
        StringBuilder text = new StringBuilder(new TreeMap<>(unix).toString());
        if (Files.isSymbolicLink(file)) {
            return text.append(" -> ").append(Files.readSymbolicLink(file)).toString();
        }
        if (Files.isRegularFile(file, LINKS)) {
            text.append(' ').append(Digest.of(Files.readAllBytes(file)));
            text.append(' ').append(Files.getLastModifiedTime(file, LINKS));
            UserDefinedFileAttributeView view =
                    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LINKS);
            for (String attribute : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(attribute));
                view.read(attribute, value);
                text.append(' ').append(attribute).append('=').append(Arrays.toString(value.array()));
            }
        }
        return text.toString();
    }

    private Path unpacked(String image) throws IOException, InterruptedException {
        Path policy = Files.writeString(
                directory.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        String container = call(
                Stream.concat(buildah.stream(), Stream.of("from", "--quiet", "--signature-policy=" + policy, image))
                        .toList());
        return Path.of(call(
                Stream.concat(buildah.stream(), Stream.of("mount", container)).toList()));
    }

    /** The last line it says. */
    private static String call(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(command + ": " + said).isZero();
        return said.substring(said.lastIndexOf('\n') + 1);
    }
}
