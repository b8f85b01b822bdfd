package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.fuse.MemberImage;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.InTotoStatement;
import dev.sinter.merger.supply.MergedSbom;
import dev.sinter.merger.supply.Provenance;
import dev.sinter.merger.supply.SbomFiles;
import dev.sinter.merger.transport.Attachment;
import dev.sinter.merger.transport.BuiltImage;
import dev.sinter.merger.transport.Transports;
import dev.sinter.merger.transport.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is said of a fused image beside it: provenance, the merged SBOM, and signatures where there is a key. */
final class Statements {

    private final Transports transports;
    private final @Nullable DsseSigner signer;
    private final SortedMap<String, MergedSbom.Input> inputs = new TreeMap<>();

    Statements(Transports transports, @Nullable DsseSigner signer) {
        this.transports = transports;
        this.signer = signer;
    }

    /** Collects the members' SBOMs, from inside their images and from beside them. */
    void read(List<MemberImage> members, MemberReader reader, Workspace workspace) throws IOException {
        for (MemberImage member : members) {
            Image image = member.image();
            List<byte[]> documents =
                    new ArrayList<>(SbomFiles.of(member.tree(), (file, limit) -> reader.content(image, file, limit)));
            transports
                    .attachments(member.member().image(), image.manifestDigest(), workspace)
                    .values()
                    .forEach(said -> said.forEach(attachment -> documents.add(attachment.content())));
            Digest manifest = image.manifestDigest();
            Digest digest = manifest == null ? image.config().digest() : manifest;
            inputs.put(member.name(), new MergedSbom.Input(digest, documents));
        }
    }

    Function<Digest, List<Attachment>> about(MergeRequest request, String target, BuiltImage built) {
        return digest -> {
            Map<String, Digest> digests = new TreeMap<>();
            inputs.forEach((name, input) -> digests.put(name, input.image()));
            byte[] provenance = Provenance.statement(target, digest, digests, built.plan());
            ObjectNode sbom = MergedSbom.of(request.group(), digest, inputs);
            List<Attachment> said = new ArrayList<>();
            if (sbom != null) {
                said.add(attachment(MergedSbom.MEDIA_TYPE, Json.write(sbom)));
            }
            if (signer == null) {
                said.add(attachment(Provenance.MEDIA_TYPE, provenance));
                return said;
            }
            said.add(attachment(DsseSigner.BUNDLE, signer.bundle(provenance)));
            if (sbom != null) {
                byte[] statement = InTotoStatement.of(target, digest, MergedSbom.PREDICATE, sbom);
                said.add(attachment(DsseSigner.BUNDLE, signer.bundle(statement)));
            }
            said.add(attachment(DsseSigner.BUNDLE, signer.sign(digest)));
            said.add(signer.signSimply(target.replaceFirst("^docker://", ""), digest));
            return said;
        };
    }

    private static Attachment attachment(String type, byte[] content) {
        return new Attachment(type, type, content, Map.of());
    }
}
