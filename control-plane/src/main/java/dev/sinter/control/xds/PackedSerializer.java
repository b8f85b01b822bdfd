package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources.ApiVersion;
import io.envoyproxy.controlplane.server.serializer.ProtoResourcesSerializer;

/** Resources are packed once, when published, and the version is made of those very bytes. */
final class PackedSerializer implements ProtoResourcesSerializer {
    @Override
    public Any serialize(Message resource, ApiVersion apiVersion) {
        return (Any) resource;
    }
}
