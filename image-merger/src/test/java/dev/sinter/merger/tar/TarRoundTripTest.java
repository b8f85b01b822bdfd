package dev.sinter.merger.tar;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

final class TarRoundTripTest {

    @Property(tries = 300)
    void whatIsWrittenIsReadBack(@ForAll("entries") List<TarEntry> entries) throws IOException {
        assertThat(read(write(entries))).isEqualTo(entries);
    }

    @Property(tries = 100)
    void otherProgramsReadOurNamesOwnersAndTimes(@ForAll("entries") List<TarEntry> entries) throws IOException {
        try (TarArchiveInputStream other =
                new TarArchiveInputStream(new ByteArrayInputStream(write(entries)), StandardCharsets.UTF_8.name())) {
            for (TarEntry entry : entries) {
                TarArchiveEntry seen = other.getNextEntry();
                assertThat(seen.getName().replaceAll("/$", "")).isEqualTo(entry.path());
                assertThat(seen.getLongUserId()).isEqualTo(entry.uid());
                assertThat(seen.getMode() & 07777).isEqualTo(entry.mode());
                assertThat(seen.getLastModifiedTime().toInstant())
                        .isEqualTo(Instant.ofEpochSecond(entry.mtimeSeconds(), entry.mtimeNanos()));
                assertThat(seen.getLinkName()).isEqualTo(entry.linkTarget());
            }
            assertThat(other.getNextEntry()).isNull();
        }
    }

    @Test
    void longNamesInPosixAndGnuFormAreRead() throws IOException {
        String name = "directory/".repeat(30) + "file-ä";
        for (int form : new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream other = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
                other.setLongFileMode(form);
                other.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
                other.setAddPaxHeadersForNonAsciiNames(true);
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(3);
                entry.setUserId(4_000_000_000L);
                other.putArchiveEntry(entry);
                other.write("abc".getBytes(StandardCharsets.UTF_8));
                other.closeArchiveEntry();
            }

            TarReader reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
            TarEntry entry = requireNonNull(reader.next());
            assertThat(entry.path()).isEqualTo(name);
            assertThat(entry.uid()).isEqualTo(4_000_000_000L);
            assertThat(reader.readAll(10)).asString().isEqualTo("abc");
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void namesThatAreNoUtf8AndBinaryAttributesSurvive() throws IOException {
        byte[] name = {'a', (byte) 0xFF, 'b'};
        SortedMap<String, String> xattrs = new TreeMap<>();
        xattrs.put("security.capability", "\1\0\0\2\0\u0080\u00ff\n=");
        TarEntry entry =
                new TarEntry(TarText.decode(name, 0, 3), EntryType.FILE, 0755, 0, 0, 0, 5, 0, "", xattrs, 0, null);

        TarEntry back = read(write(List.of(entry))).getFirst();

        assertThat(TarText.encode(back.path())).isEqualTo(name);
        assertThat(back.xattrs()).isEqualTo(xattrs);
    }

    @Provide
    Arbitrary<List<TarEntry>> entries() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("-_ äß漢.")
                .ofMinLength(1)
                .ofMaxLength(60)
                .filter(name -> !name.equals(".") && !name.equals(".."));
        Arbitrary<String> paths = names.list().ofMinSize(1).ofMaxSize(6).map(list -> String.join("/", list));
        Arbitrary<EntryType> types = Arbitraries.of(
                EntryType.FILE, EntryType.DIRECTORY, EntryType.SYMLINK, EntryType.HARDLINK, EntryType.FIFO);
        Arbitrary<Long> ids = Arbitraries.longs().between(0, 4_294_967_295L);
        Arbitrary<Long> times = Arbitraries.longs().between(-100_000, 70_000_000_000L);
        Arbitrary<Integer> nanos =
                Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 999_999_999));
        return Combinators.combine(paths, types, Arbitraries.integers().between(0, 07777), ids, times, nanos, paths)
                .as((path, type, mode, id, time, nano, link) -> new TarEntry(
                        path,
                        type,
                        mode,
                        id,
                        id / 2,
                        type == EntryType.FILE ? path.length() : 0,
                        time,
                        nano,
                        type == EntryType.SYMLINK || type == EntryType.HARDLINK ? link : "",
                        new TreeMap<>(),
                        0,
                        null))
                .list()
                .ofMaxSize(8);
    }

    private static byte[] write(List<TarEntry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(bytes);
        for (TarEntry entry : entries) {
            writer.write(entry, new ByteArrayInputStream(new byte[(int) entry.size()]));
        }
        writer.finish();
        return bytes.toByteArray();
    }

    private static List<TarEntry> read(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        List<TarEntry> entries = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            // Where its data is says nothing about what was written.
            entries.add(new TarEntry(
                    entry.path(),
                    entry.type(),
                    entry.mode(),
                    entry.uid(),
                    entry.gid(),
                    entry.size(),
                    entry.mtimeSeconds(),
                    entry.mtimeNanos(),
                    entry.linkTarget(),
                    entry.xattrs(),
                    0,
                    null));
        }
        return entries;
    }
}
