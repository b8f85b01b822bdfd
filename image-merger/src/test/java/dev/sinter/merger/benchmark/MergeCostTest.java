package dev.sinter.merger.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergeResult;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark in short: bytes instead of times, on images a tenth as large. */
final class MergeCostTest {

    private static final long OWN = 300_000;
    private static final long BASE = 20_000_000;
    private static final int FUNCTIONS = 10;
    /** Runtime, plan and headers. */
    private static final long OVERHEAD = 1_000_000;

    @TempDir
    Path directory = Path.of("");

    private Path layout = Path.of("");
    private @Nullable GeneratedImages images;

    @BeforeEach
    void images() throws IOException {
        layout = Files.createDirectory(directory.resolve("images"));
        GeneratedImages made = new GeneratedImages(layout);
        made.base(BASE);
        for (int i = 0; i < FUNCTIONS; i++) {
            made.function("f" + i, OWN, 1);
        }
        images = made;
    }

    @Test
    void tenFunctionsOnOneBaseCostTheirOwnBytesAndNotTheBase() throws IOException {
        MergeResult result = merge(FUNCTIONS, "ten");

        assertThat(result.bytesWritten()).isLessThan(FUNCTIONS * OWN + OVERHEAD);
        assertThat(result.bytesReused()).isGreaterThan(BASE);
        assertThat(OtherTools.bytesOfItsOwn(directory.resolve("ten")))
                .as("files that the target does not share with the members' layout")
                .isLessThan(FUNCTIONS * OWN + OVERHEAD);
    }

    @Test
    void aNewVersionOfOneMemberReadsItsOwnLayerAlone() throws IOException {
        merge(3, "first");
        List<String> known = indexes();
        Objects.requireNonNull(images).function("f1", OWN, 2);

        merge(3, "second");

        List<String> read = indexes();
        read.removeAll(known);
        assertThat(read).hasSize(1);
    }

    @Test
    void theSameMergeAgainLeavesItsTargetsFilesAlone() throws IOException {
        MergeResult first = merge(2, "target");
        Path blobs = directory.resolve("target/blobs/sha256");
        List<Path> before = files(blobs);

        MergeResult second = merge(2, "target");

        assertThat(second.manifestDigest()).isEqualTo(first.manifestDigest());
        assertThat(files(blobs)).isEqualTo(before);
    }

    private MergeResult merge(int functions, String target) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < functions; i++) {
            members.add(new Member("f" + i, "oci:" + layout + ":f" + i, Overrides.NONE, null));
        }
        return new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(
                        new MergeRequest("g", members, List.of(), Tier.IN_PROCESS),
                        "oci:" + directory.resolve(target) + ":v1",
                        MergeProgress.NONE);
    }

    private List<String> indexes() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            return new ArrayList<>(files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".index"))
                    .toList());
        }
    }

    private static List<Path> files(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.sorted().toList();
        }
    }
}
