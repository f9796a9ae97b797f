#!/usr/bin/env python3
"""Makes the models here (onnx, onnxruntime, nncf): one block of a vision transformer, quantized by other tools.

input.npy is what they are run on, NAME.npy what ONNX Runtime gives for NAME.onnx with its optimiser off.
"""
import logging, os, sys, tempfile
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
logging.disable(logging.WARNING)
ort.set_default_logger_severity(3)
os.chdir(os.path.dirname(os.path.abspath(__file__)))
D, HEADS, HIDDEN, CLASSES, SHAPE = 16, 2, 32, 5, (1, 3, 12, 12)
rng = np.random.default_rng(1)

def block():
    nodes, constants = [], []
    def c(name, a, dtype=np.float32): constants.append(nh.from_array(np.asarray(a, dtype), name)); return name
    def w(name, *shape): return c(name, rng.standard_normal(shape) / np.sqrt(np.prod(shape[:-1] if len(shape) == 2 else shape[1:])))
    def op(kind, *inputs, **attributes):
        out = f"{kind.lower()}{len(nodes)}"
        nodes.append(h.make_node(kind, inputs, [out], name=out, **attributes)); return out
    def b(name, n): return c(name, 0.1 * rng.standard_normal(n))
    def norm(x, name): return op("LayerNormalization", x, c(name + ".w", 1 + 0.2 * rng.standard_normal(D)), b(name + ".b", D), axis=-1)
    def linear(x, name, i, o): return op("Add", op("MatMul", x, w(name + ".w", i, o)), b(name + ".b", o))
    def heads(x, *perm): return op("Transpose", op("Reshape", x, "split"), perm=perm)
    c("split", [0, 0, HEADS, D // HEADS], np.int64), c("join", [0, 0, D], np.int64), c("rows", [0, 0, -1], np.int64), c("flat", [1, D], np.int64)
    x = op("Conv", "input", w("patch.w", D, 3, 4, 4), b("patch.b", D), kernel_shape=[4, 4], strides=[4, 4])
    x = op("Transpose", op("Reshape", x, c("cells", [0, D, 9], np.int64)), perm=[0, 2, 1])
    x = op("Add", op("Concat", c("cls", 0.1 * rng.standard_normal((1, 1, D))), x, axis=1), c("position", 0.1 * rng.standard_normal((1, 10, D))))
    n = norm(x, "norm1")
    q, k, v = (linear(n, name, D, D) for name in "qkv")
    s = op("Mul", op("MatMul", heads(q, 0, 2, 1, 3), heads(k, 0, 2, 3, 1)), c("scale", (D // HEADS) ** -0.5))
    y = op("Reshape", op("Transpose", op("MatMul", op("Softmax", s, axis=-1), heads(v, 0, 2, 1, 3)), perm=[0, 2, 1, 3]), "join")
    x = op("Add", linear(y, "proj", D, D), x)
    y = linear(norm(x, "norm2"), "fc1", D, HIDDEN)
    y = op("Mul", op("Mul", y, op("Add", op("Erf", op("Div", y, c("root", 2 ** 0.5))), c("one", 1))), c("half", 0.5))
    x = op("Add", linear(y, "fc2", HIDDEN, D), x)
    first = op("Reshape", op("Gather", norm(x, "norm3"), c("zero", 0, np.int64), axis=1), "flat")
    logits = op("Gemm", first, w("head.w", CLASSES, D), b("head.b", CLASSES), transB=1)
    nodes[-1].output[0] = "logits"
    graph = h.make_graph(nodes, "block", [h.make_tensor_value_info("input", T.FLOAT, SHAPE)],
                         [h.make_tensor_value_info("logits", T.FLOAT, (1, CLASSES)), h.make_tensor_value_info(x, T.FLOAT, (1, 10, D))], constants)
    for n in graph.node:
        for i, o in enumerate(n.output):
            if o == x: n.output[i] = "tokens"
        for i, o in enumerate(n.input):
            if o == x: n.input[i] = "tokens"
    graph.output[1].name = "tokens"
    return h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)

float_model = block()
onnx.checker.check_model(float_model, full_check=True)
onnx.save(float_model, "float.onnx")
samples = [{"input": rng.standard_normal(SHAPE).astype(np.float32)} for _ in range(4)]
np.save("input.npy", samples[0]["input"])

class Samples(CalibrationDataReader):
    def __init__(self): self.left = iter(samples)
    def get_next(self): return next(self.left, None)

def expected(name):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(f"{name}.onnx", options)
    for o, y in zip(session.get_outputs(), session.run(None, {"input": np.load("input.npy")})): np.save(f"{name}.{o.name}.npy", y)

U8, S8, U16, S16 = QuantType.QUInt8, QuantType.QInt8, QuantType.QUInt16, QuantType.QInt16
products = ["MatMul", "Gemm", "Conv"]
def static(name, activation, weight, channels, form=QuantFormat.QDQ, **more):
    quantize_static("float.onnx", f"{name}.onnx", Samples(), quant_format=form, calibrate_method=CalibrationMethod.MinMax,
                    activation_type=activation, weight_type=weight, per_channel=channels, **more)
    expected(name)

expected("float")
static("u8s8", U8, S8, False)
static("u8s8_channels", U8, S8, True)
static("s8s8", S8, S8, False)
static("s8s8_channels", S8, S8, True)
static("u8u8", U8, QuantType.QUInt8, False)
static("u16s8", U16, S8, False)
static("s16s8", S16, S8, True)
static("products", U8, S8, True, op_types_to_quantize=products)
static("operators", U8, S8, False, QuantFormat.QOperator)
for name, kind, channels in (("dynamic", S8, False), ("dynamic_u8", U8, True)):
    quantize_dynamic("float.onnx", f"{name}.onnx", weight_type=kind, per_channel=channels)
    expected(name)
import nncf
for name, how in (("nncf", {}), ("nncf_transformer", {"model_type": nncf.ModelType.TRANSFORMER})):
    onnx.save(nncf.quantize(float_model, nncf.Dataset(samples), subset_size=len(samples), **how), f"{name}.onnx")
    expected(name)
