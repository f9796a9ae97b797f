package dev.vitrine.formats.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a model file in ONNX Runtime, on float32 inputs. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  static Map<String, Tensor> run(Path model, Map<String, Tensor> inputs) throws OrtException {
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtSession session = env.createSession(model.toString(), options)) {
        for (var e : inputs.entrySet()) {
          Tensor t = e.getValue();
          ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(t.data().byteSize()));
          MemorySegment.ofBuffer(bytes).copyFrom(t.data());
          var floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
          in.put(e.getKey(), OnnxTensor.createTensor(env, floats, t.shape().sizes()));
        }
        try (OrtSession.Result result = session.run(in)) {
          for (var e : result) {
            OnnxTensor t = (OnnxTensor) e.getValue();
            Shape shape = Shape.of(t.getInfo().getShape());
            Tensor copy = Tensor.zeros(DType.F32, shape);
            copy.data().copyFrom(MemorySegment.ofBuffer(t.getByteBuffer()));
            out.put(e.getKey(), copy);
          }
        }
      }
    } finally {
      in.values().forEach(OnnxTensor::close);
    }
    return out;
  }
}
