#!/usr/bin/env python3
"""Makes the models here (torch, transformers, timm, safetensors): what ../tiny doesn't cover.

A folder has model.safetensors (weights rounded to f16), a config.json where the model has one, and for each case
CASE.input.npy and CASE.OUTPUT.npy, computed in f32 with the rounded weights. Folders without weights are cases for ../tiny.
"""
import json, os, warnings
import numpy as np, timm, torch, transformers as T
from safetensors.torch import load_file, save_file
from timm.layers import SwiGLUPacked
from timm.models.deit import VisionTransformerDistilled
from timm.models.swin_transformer import SwinTransformer
from timm.models.vision_transformer import VisionTransformer
warnings.filterwarnings("ignore")

def seeded(model, seed):
    g = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        r = torch.randn(p.shape, generator=g)
        if p.ndim == 1 and "norm" in name and name.endswith("weight"): p.data = 1 + 0.3 * r
        elif "gamma" in name or "lambda1" in name: p.data = 0.3 + 0.2 * r
        elif p.ndim == 1: p.data = 0.1 * r
        else: p.data = r * (1.0 / max(1, p[0].numel())) ** 0.5
        p.data = p.data.half().float()
    for name, b in model.named_buffers():
        if "running" in name: b.data = (b + 0.1 * torch.rand(b.shape, generator=g)).half().float()
    return model.eval()

def cases(folder, model, shapes, outputs):
    os.makedirs(folder, exist_ok=True)
    for shape in shapes:
        x = torch.randn(shape, generator=torch.Generator().manual_seed(7)).half().float()
        tag = "x".join(map(str, shape))
        np.save(f"{folder}/{tag}.input.npy", x.numpy().astype("f2"))
        with torch.no_grad():
            for name, y in outputs(model, x).items(): np.save(f"{folder}/{tag}.{name}.npy", y.contiguous().numpy())

def half(sd): return {k: v.half().contiguous() if v.is_floating_point() else v for k, v in sd.items()}

def from_timm(folder, model, shapes, outputs):
    cases(folder, model, shapes, outputs)
    save_file(half(model.state_dict()), f"{folder}/model.safetensors")

def from_hub(folder, model, shapes, outputs):
    cases(folder, model, shapes, outputs)
    model.save_pretrained(folder)
    save_file(half(load_file(f"{folder}/model.safetensors")), f"{folder}/model.safetensors")

small = dict(img_size=16, patch_size=4, embed_dim=64, depth=1, num_heads=1, mlp_ratio=1, num_classes=5, dynamic_img_size=True)
logits = lambda m, x: {"logits": m(x)}
def tokens(m, x): y = m.forward_features(x); return {"logits": m.forward_head(y), "cls": y[:, 0], "patch": y[:, m.num_prefix_tokens:]}
from_timm("vit_timm", seeded(VisionTransformer(**small), 1), [(1, 3, 16, 16), (2, 3, 24, 12)], tokens)
from_timm("vit_timm_mean", seeded(VisionTransformer(**small, global_pool="avg"), 2), [(1, 3, 16, 16)], logits)
from_timm("deit_timm", seeded(VisionTransformerDistilled(**small), 3), [(1, 3, 16, 16), (1, 3, 8, 20)], logits)
from_timm("vit_timm_registers", seeded(VisionTransformer(**{**small, "num_classes": 0}, init_values=1e-5, reg_tokens=2, no_embed_class=True, mlp_layer=SwiGLUPacked, act_layer=torch.nn.SiLU), 4),
          [(1, 3, 16, 16), (1, 3, 20, 20)], lambda m, x: (lambda y: {"cls": y[:, 0], "registers": y[:, 1:3], "patch": y[:, 3:]})(m.forward_features(x)))
from_timm("swin_timm", seeded(SwinTransformer(img_size=32, patch_size=4, embed_dim=16, depths=(2, 2), num_heads=(2, 4), window_size=4, num_classes=5, strict_img_size=False), 5), [(1, 3, 32, 32)], logits)
hub = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=64, image_size=16, patch_size=4, num_labels=4)
vit = T.ViTForImageClassification(T.ViTConfig(**hub, id2label={0: "cat", 1: "dog", 2: "horse", 3: "ship"}))
def vit_outputs(m, x): o = m.vit(x, interpolate_pos_encoding=True); return {"logits": m(x, interpolate_pos_encoding=True).logits, "patch": o.last_hidden_state[:, 1:]}
from_hub("vit_hub", seeded(vit, 6), [(1, 3, 16, 16), (1, 3, 12, 24)], vit_outputs)
from_hub("deit_hub", seeded(T.DeiTForImageClassificationWithTeacher(T.DeiTConfig(**hub)), 7), [(1, 3, 16, 16)], lambda m, x: {"logits": m(x).logits})
mit = T.SegformerConfig(num_labels=4, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 16, 24], sr_ratios=[8, 4, 2, 1], num_attention_heads=[1, 2, 2, 3], mlp_ratios=[2, 2, 2, 2])
from_hub("mit_hub", seeded(T.SegformerForImageClassification(mit), 8), [(1, 3, 64, 64)], lambda m, x: {"logits": m(x).logits})
dino = T.Dinov2ForImageClassification(T.Dinov2Config(hidden_size=48, num_hidden_layers=2, num_attention_heads=3, mlp_ratio=2, image_size=16, patch_size=4, num_labels=4))
from_hub("dinov2_head_hub", seeded(dino, 9), [(1, 3, 16, 16)], lambda m, x: {"logits": m(x).logits})

tiny = lambda cls, name: cls.from_pretrained(f"../tiny/{name}", attn_implementation="eager").eval()
cases("swin", tiny(T.SwinForImageClassification, "swin"), [(1, 3, 50, 38), (2, 3, 40, 56)], lambda m, x: {"logits": m(x).logits, "patch": m.swin(x).last_hidden_state})
cases("segformer", tiny(T.SegformerForSemanticSegmentation, "segformer"), [(1, 3, 50, 70), (2, 3, 33, 64)], lambda m, x: {"logits": m(x).logits})
def dino_outputs(m, x):
    o = m(x, output_hidden_states=True); h = o.hidden_states
    return {"registers": o.last_hidden_state[:, 1:5], "prenorm": h[2], "hidden.0": h[0], "hidden.1": h[1]}
cases("dinov2_reg4", tiny(T.Dinov2WithRegistersModel, "dinov2_reg4"), [(1, 3, 42, 28)], dino_outputs)
os.makedirs("positions", exist_ok=True)
grid = torch.randn((1, 7, 7, 5), generator=torch.Generator().manual_seed(11)); np.save("positions/grid.npy", grid[0].numpy())
for h, w in ((3, 5), (7, 9), (16, 4), (40, 37)):
    resize = lambda **k: torch.nn.functional.interpolate(grid.permute(0, 3, 1, 2), mode="bicubic", **k).permute(0, 2, 3, 1)[0].contiguous().numpy()
    np.save(f"positions/{h}x{w}.offset.npy", resize(scale_factor=((h + 0.1) / 7, (w + 0.1) / 7)))
    np.save(f"positions/{h}x{w}.plain.npy", resize(size=(h, w)))
    np.save(f"positions/{h}x{w}.antialias.npy", resize(size=(h, w), antialias=True))
for f in os.listdir("."):
    if os.path.exists(f"{f}/generation_config.json"): os.remove(f"{f}/generation_config.json")
