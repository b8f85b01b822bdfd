package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.MediaTypes;
import dev.sinter.merger.tar.EntryType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every bad input ends in a refusal with its code, and leaves neither a target nor a temporary file. */
final class HostileImagesTest {

    private static final TestImage GOOD =
            TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # good"));

    @TempDir
    Path directory = Path.of("");

    private Path archive = Path.of("");
    private Path layoutDirectory = Path.of("");

    @BeforeEach
    void paths() {
        archive = directory.resolve("in.tar");
        layoutDirectory = directory.resolve("layout");
    }

    @Test
    void anArchiveCutInsideALayer() throws IOException {
        byte[] whole = Files.readAllBytes(TestImage.archive(archive, TestImage.named("a", GOOD, "b", GOOD)));
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

        refused(MergeProblem.TRUNCATED, "docker-archive:" + archive + ":a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-archive:", "oci-archive:"})
    void anArchiveOfGarbage(String transport) throws IOException {
        byte[] garbage = new byte[100_000];
        new Random(3).nextBytes(garbage);
        Files.write(archive, garbage);

        refused(MergeProblem.MALFORMED_TAR, transport + archive + ":a");
    }

    @Test
    void anEmptyArchive() throws IOException {
        Files.write(archive, new byte[0]);

        refused(MergeProblem.TRUNCATED, "docker-archive:" + archive + ":a");
    }

    @Test
    void anArchiveWhoseLinksGoInCircles() throws IOException {
        byte[] tar = new Tar()
                .symlink("manifest.json", "other")
                .symlink("other", "manifest.json")
                .bytes();
        Files.write(archive, tar);

        refused(MergeProblem.BAD_LINK, "docker-archive:" + archive);
    }

    @Test
    void aLayerThatIsNotWhatItsConfigSays() {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode manifest = layout.manifest(GOOD);
        byte[] other = TestLayout.gzip(new Tar().file("x", "other").bytes());
        manifest.withArray("layers").set(1, layout.blob(MediaTypes.LAYER_GZIP, other));

        refused(MergeProblem.DIGEST_MISMATCH, layout.tag("a", layout.blob(MediaTypes.MANIFEST, Json.write(manifest))));
    }

    @Test
    void aManifestThatIsNotWhatItsIndexSays() throws IOException {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode descriptor = layout.image(GOOD);
        Files.writeString(layout.file(descriptor.get("digest").asText()), "{}");

        refused(MergeProblem.DIGEST_MISMATCH, layout.tag("a", descriptor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/cron.d/x", "a/../../x", "/../x"})
    void aPathThatClimbsOutOfTheImage(String path) {
        refused(MergeProblem.PATH_ESCAPES, archived(new Tar().file(path, "x")));
    }

    @Test
    void aHardLinkThatClimbsOutOfTheImage() {
        refused(MergeProblem.PATH_ESCAPES, archived(new Tar().hardLink("x", "../../../etc/shadow")));
    }

    @Test
    void aHardLinkWithAnAbsoluteTargetThatTheImageDoesNotHave() {
        refused(MergeProblem.BAD_LINK, archived(new Tar().hardLink("x", "/proc/self/environ")));
    }

    @Test
    void hardLinksInACircle() {
        refused(MergeProblem.BAD_LINK, archived(new Tar().hardLink("x", "y").hardLink("y", "x")));
    }

    @Test
    void aFileBelowALinkToNowhere() {
        refused(
                MergeProblem.BAD_LINK,
                archived(new Tar().symlink("d", "/missing").file("d/x", "x")));
    }

    @Test
    void aDeviceOutsideOfDev() {
        refused(
                MergeProblem.DEVICE_NODE,
                archived(new Tar()
                        .add(
                                Tar.entry(
                                        "opt/disk",
                                        EntryType.BLOCK_DEVICE,
                                        0666,
                                        0,
                                        0,
                                        "",
                                        Collections.emptySortedMap()),
                                new byte[0])));
    }

    @Test
    void aSetUidFileThatTheSharedBaseDoesNotHave() {
        String bad = archived(new Tar().file("opt/su", 04755, 0, TestLayout.text("ELF")));

        refused(MergeProblem.TIER_NOT_REACHED, bad, good()).hasMessageContaining(ReasonCode.SETUID.code());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBombIsStoppedAtTwoHundredToOne(boolean zstd) throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream out = zstd ? new ZstdOutputStreamNoFinalizer(bomb) : new GZIPOutputStream(bomb)) {
            for (int megabyte = 0; megabyte < 270; megabyte++) {
                out.write(new byte[1 << 20]);
            }
        }

        // As a tar, zeros are an empty archive and anything behind it.
        refused(
                MergeProblem.TOO_LARGE,
                packed(zstd ? TestLayout.ZSTD_LAYER : MediaTypes.LAYER_GZIP, bomb.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compressedDataThatEndsEarly(boolean zstd) {
        byte[] tar = GOOD.layers().getFirst();
        byte[] packed = zstd ? TestLayout.zstd(tar) : TestLayout.gzip(tar);
        String mediaType = zstd ? TestLayout.ZSTD_LAYER : MediaTypes.LAYER_GZIP;

        refused(MergeProblem.TRUNCATED, packed(mediaType, Arrays.copyOf(packed, packed.length * 2 / 3)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compressedDataThatIsDamaged(boolean zstd) {
        byte[] tar = GOOD.layers().getFirst();
        byte[] packed = zstd ? TestLayout.zstd(tar) : TestLayout.gzip(tar);
        Arrays.fill(packed, packed.length / 2, packed.length / 2 + 40, (byte) 0xFF);

        assertThatThrownBy(() -> merge(packed(zstd ? TestLayout.ZSTD_LAYER : MediaTypes.LAYER_GZIP, packed)))
                .isInstanceOfSatisfying(
                        MergeException.class,
                        e -> assertThat(e.problem())
                                .isIn(
                                        MergeProblem.MALFORMED_TAR,
                                        MergeProblem.TRUNCATED,
                                        MergeProblem.DIGEST_MISMATCH));
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.layer.v1.tar+xz",
                "text/plain",
                "application/vnd.wasm.content.layer.v1+wasm"
            })
    void aLayerOfAnUnknownKind(String mediaType) {
        refused(MergeProblem.UNKNOWN_MEDIA_TYPE, packed(mediaType, GOOD.layers().getFirst()));
    }

    @Test
    void somethingElseThanAnImage() {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode manifest = layout.manifest(GOOD);
        manifest.set("config", layout.blob("application/vnd.cncf.helm.config.v1+json", TestLayout.text("{}")));

        refused(
                MergeProblem.UNKNOWN_MEDIA_TYPE,
                layout.tag("a", layout.blob(MediaTypes.MANIFEST, Json.write(manifest))));
    }

    @Test
    void aSchemaOneManifest() {
        TestLayout layout = new TestLayout(layoutDirectory);
        String schemaOne = "application/vnd.docker.distribution.manifest.v1+prettyjws";

        refused(
                MergeProblem.UNKNOWN_MEDIA_TYPE,
                layout.tag("a", layout.blob(schemaOne, TestLayout.text("{\"schemaVersion\":1}"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
            })
    void aLayerThatIsKeptElsewhere(String mediaType) {
        refused(MergeProblem.FOREIGN_LAYER, packed(mediaType, GOOD.layers().getFirst()));
    }

    @Test
    void aLayerToBeFetchedFromAnAddressInTheManifest() {
        refused(
                MergeProblem.FOREIGN_LAYER,
                edited(manifest ->
                        ((ObjectNode) manifest.at("/layers/0")).putArray("urls").add("http://169.254.169.254/")));
    }

    @Test
    void aDescriptorThatClimbsOutOfTheLayout() {
        refused(
                MergeProblem.MALFORMED_JSON,
                edited(manifest ->
                        ((ObjectNode) manifest.at("/layers/0")).put("digest", "sha256:../../../etc/passwd")));
    }

    @Test
    void aConfigOfGigabytesByItsDescriptor() {
        refused(
                MergeProblem.TOO_LARGE,
                edited(manifest -> ((ObjectNode) manifest.get("config")).put("size", 5_000_000_000L)));
    }

    @Test
    void aBlobThatIsShorterThanItsDescriptor() {
        refused(MergeProblem.TRUNCATED, edited(manifest -> {
            ObjectNode layer = (ObjectNode) manifest.at("/layers/1");
            layer.put("size", layer.get("size").asLong() + 100);
        }));
    }

    @Test
    void indexesNestedWithoutEnd() {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode descriptor = layout.image(GOOD);
        for (int i = 0; i < 10; i++) {
            descriptor = layout.index(MediaTypes.INDEX, descriptor);
        }

        refused(MergeProblem.TOO_LARGE, layout.tag("a", descriptor));
    }

    @Test
    void imagesWithoutACommonPlatform() {
        TestLayout layout = new TestLayout(layoutDirectory);
        String arm = layout.tag("arm", layout.image(TestImage.from(GOOD).architecture("arm64")));
        String intel = layout.tag("intel", layout.image(GOOD));

        refused(MergeProblem.NO_COMMON_PLATFORM, arm, intel);
    }

    @Test
    void twoMembersOfOneName() {
        String image = good();
        List<Member> twins =
                List.of(new Member("a", image, Overrides.NONE, null), new Member("a", image, Overrides.NONE, null));

        assertThatThrownBy(() -> new MergeRequest("g", twins, List.of(), Tier.IN_PROCESS))
                .isInstanceOfSatisfying(
                        MergeException.class, e -> assertThat(e.problem()).isEqualTo(MergeProblem.BAD_REQUEST));
    }

    private String good() {
        Path file = TestImage.archive(directory.resolve("good.tar"), TestImage.named("g", GOOD, "h", GOOD));
        return "docker-archive:" + file + ":g";
    }

    private String archived(Tar layer) {
        TestImage bad = TestImage.from(GOOD).layer(layer);
        TestImage.archive(archive, TestImage.named("bad", bad, "good", GOOD));
        return "docker-archive:" + archive + ":bad";
    }

    /** An image whose last layer is this blob, for a diffID that is not looked at before. */
    private String packed(String mediaType, byte[] blob) {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode manifest = layout.manifest(GOOD);
        manifest.withArray("layers").set(1, layout.blob(mediaType, blob));
        return layout.tag("a", layout.blob(MediaTypes.MANIFEST, Json.write(manifest)));
    }

    private String edited(Consumer<ObjectNode> edit) {
        TestLayout layout = new TestLayout(layoutDirectory);
        ObjectNode manifest = layout.manifest(GOOD);
        edit.accept(manifest);
        return layout.tag("a", layout.blob(MediaTypes.MANIFEST, Json.write(manifest)));
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
            MergeProblem problem, String... images) {
        var thrown = assertThatThrownBy(() -> merge(images))
                .isInstanceOfSatisfying(
                        MergeException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
        nothingIsLeft();
        return thrown;
    }

    private void merge(String... images) {
        List<Member> members = Stream.of(images)
                .map(image -> new Member("m" + List.of(images).indexOf(image), image, Overrides.NONE, 8080))
                .toList();
        new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                .merge(
                        new MergeRequest("g", members, List.of(), Tier.IN_PROCESS),
                        "oci-archive:" + directory.resolve("target.tar"),
                        MergeProgress.NONE);
    }

    private void nothingIsLeft() {
        assertThat(directory.resolve("target.tar")).doesNotExist();
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains("part-") || name.startsWith("merge-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
