package dev.sinter.merger.tar;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.TestImage.Tar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileTarTest {

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "a/../../b", "/../x", "a/.."})
    void pathsThatClimbAreRefused(String path) {
        assertProblem(raw(path, EntryType.FILE, ""), MergeProblem.PATH_ESCAPES);
    }

    @Test
    void hardLinksThatClimbAreRefused() {
        assertProblem(raw("x", EntryType.HARDLINK, "../../etc/shadow"), MergeProblem.PATH_ESCAPES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/x", "./usr/bin/x", "usr//bin/./x"})
    void everyWayToWriteAPathMeansOne(String path) throws IOException {
        TarEntry entry = requireNonNull(new TarReader(new ByteArrayInputStream(raw(path, EntryType.FILE, ""))).next());
        assertThat(entry.path()).isEqualTo("usr/bin/x");
    }

    @Test
    void anArchiveCutAnywhereInsideIsTruncated() {
        byte[] whole = new Tar().file("a", "x".repeat(700)).file("b", "y").bytes();

        for (int length : new int[] {1, 511, 513, 1000, 1535, 2100}) {
            assertThatThrownBy(() -> readAll(Arrays.copyOf(whole, length)))
                    .as("cut after %d", length)
                    .isInstanceOfSatisfying(
                            MergeException.class, e -> assertThat(e.problem()).isEqualTo(MergeProblem.TRUNCATED));
        }
    }

    @Test
    void aWrongChecksumIsRefused() {
        byte[] tar = new Tar().file("a", "x").bytes();
        tar[0] = 'z';

        assertProblem(tar, MergeProblem.MALFORMED_TAR);
    }

    @Test
    void aHeaderThatClaimsAGigabyteOfNamesIsRefusedUnread() {
        byte[] tar = new Tar().file("a", "x").bytes();
        tar[156] = 'x';
        byte[] size = "10000000000".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, tar, 124, size.length);
        checksum(tar);

        assertProblem(tar, MergeProblem.MALFORMED_TAR);
    }

    @Property(tries = 3000)
    void noDamageEndsInAnythingButACodedRefusal(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] tar = new Tar()
                .file("directory/" + "n".repeat(120), "content")
                .symlink("link", "directory")
                .hardLink("hard", "directory/" + "n".repeat(120))
                .file("x", new java.util.TreeMap<>(java.util.Map.of("user.a", "b")), "data")
                .bytes();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            tar[random.nextInt(tar.length)] = (byte) random.nextInt(256);
        }
        if (random.nextBoolean()) {
            for (int at = 0; at + 512 <= tar.length; at += 512) {
                checksum(tar, at);
            }
        }
        try {
            readAll(Arrays.copyOf(tar, random.nextInt(tar.length)));
        } catch (MergeException refused) {
            assertThat(refused.code()).startsWith("SNT02");
        }
    }

    private static void readAll(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        while (reader.next() != null) {
            byte[] buffer = new byte[100];
            while (reader.read(buffer, 0, buffer.length) >= 0) {}
        }
    }

    private static void assertProblem(byte[] tar, MergeProblem problem) {
        assertThatThrownBy(() -> readAll(tar))
                .isInstanceOfSatisfying(
                        MergeException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    private static byte[] raw(String path, EntryType type, String link) {
        return new Tar()
                .add(Tar.entry(path, type, 0644, 0, 0, link, Collections.emptySortedMap()), new byte[0])
                .bytes();
    }

    private static void checksum(byte[] tar) {
        checksum(tar, 0);
    }

    private static void checksum(byte[] tar, int at) {
        Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
        int sum = 0;
        for (int i = at; i < at + 512; i++) {
            sum += tar[i] & 0xFF;
        }
        byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, tar, at + 148, digits.length);
    }
}
